import { z } from 'zod';
import { AskProblem } from './ask-problem.ts';

export interface EngineAddress {
  /** Of the API, without a trailing slash. */
  url: string;
  endpointId: string;
  partId: string;
  token: string;
}

const answer = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/**
 * One GraphQL operation as one tenant.
 * @throws AskProblem when nothing answers, or with what the API says against it
 */
export async function query<S extends z.ZodType>(
  { url, endpointId, partId, token }: EngineAddress,
  document: string,
  variables: Record<string, unknown>,
  data: S,
): Promise<z.output<S>> {
  const response = await fetch(`${url}/${encodeURIComponent(endpointId)}/ai_agent_core_graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'part-id': partId,
    },
    body: JSON.stringify({ query: document, variables }),
  }).catch((cause: unknown) => {
    throw nothingAnswers(url, cause);
  });
  const parsed = answer.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new AskProblem(`What answers at ${url} is not the engine (${response.status}).`);
  const [error] = parsed.data.errors ?? [];
  if (error && response.status === 401) throw tokenRefused(error.message);
  if (error) throw new AskProblem(error.message);
  return data.parse(parsed.data.data);
}

export const nothingAnswers = (url: string, cause: unknown) =>
  new AskProblem(`Nothing answers at ${url}: start the engine with "npm start", or name another --url.`, {
    cause,
  });

export const tokenRefused = (why: string) =>
  new AskProblem(`${why} If the engine has a JWT_SECRET of its own, set the same one here.`);
