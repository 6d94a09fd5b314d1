import { AppError } from '@agent-engine/errors';
import { z } from 'zod';
import { graphqlOperation } from '../http/graphql-body.ts';

const message = z.object({
  action: z.string(),
  funct: z.string().optional(),
  payload: z.unknown().optional(),
});

/**
 * Reads `{"action":"stream","funct":"ai_agent_core_graphql","payload":"{\"query\":…,\"variables\":…}"}`.
 * @returns the GraphQL operation
 * @throws AppError `request.malformed`
 */
export function readAwsMessage(text: string): object {
  const parsed = message.safeParse(parseJson(text, 'The message'));
  if (!parsed.success) {
    throw malformed('A message must be {"action":"stream","funct":"ai_agent_core_graphql","payload":"…"}.');
  }
  const { action, funct, payload } = parsed.data;
  if (action !== 'stream') {
    throw malformed(`The action ${JSON.stringify(action.slice(0, 64))} is unknown: use stream.`);
  }
  if (funct !== undefined && funct !== 'ai_agent_core_graphql') {
    throw malformed(`There is no function ${JSON.stringify(funct.slice(0, 64))}: use ai_agent_core_graphql.`);
  }
  return graphqlOperation(typeof payload === 'string' ? parseJson(payload, 'The payload') : payload);
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(`${what} is not valid JSON.`);
  }
}

const malformed = (text: string) => new AppError('request.malformed', text);
