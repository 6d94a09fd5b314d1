import { AppError } from '@agent-engine/errors';
import { json, type Request, type Response } from 'express';
import { isDeeperThan } from './json-depth.ts';
import { parseBody } from './parse-body.ts';

/** Levels of arrays and objects; the deepest documents of the console have about twenty. */
const MAX_DEPTH = 64;

/**
 * Reads the one form of body that is served, `{query, variables?}`, into `request.body`.
 * The limit counts inflated bytes.
 */
export function graphqlBodyReader(limit: number) {
  const parse = json({ limit, type: 'application/json' });
  return async (request: Request, response: Response): Promise<object> => {
    if (request.is('application/json') === false) {
      throw new AppError('request.unsupportedMediaType', 'The content type must be application/json.');
    }
    await parseBody(parse, request, response);
    const body: unknown = request.body;
    return graphqlOperation(body);
  };
}

/** @returns the body, if it is an operation. @throws AppError `request.malformed` */
export function graphqlOperation(body: unknown): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw malformed('The body must be one JSON object: {"query": "...", "variables": {...}}.');
  }
  if (isDeeperThan(MAX_DEPTH, body)) throw malformed(`The JSON is nested deeper than ${MAX_DEPTH} levels.`);
  const { query, variables } = body as { query?: unknown; variables?: unknown };
  if (typeof query !== 'string' || query.trim() === '') {
    throw malformed('The body has no GraphQL operation in "query".');
  }
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) {
    throw malformed('"variables" must be a JSON object.');
  }
  return body;
}

const malformed = (message: string) => new AppError('request.malformed', message);
