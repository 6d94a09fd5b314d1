import { z } from 'zod';
import { retryAfterMs } from '../ai-sdk/retry-after.ts';
import { failureByStatus, ownError } from '../failure-by-status.ts';
import { boundedBody } from '../files/bounded-body.ts';
import { ProviderError } from '../provider-error.ts';
import { lines } from '../files/lines.ts';

/** A line of an answer, or all of it. */
const chunk = z.object({
  model: z.string().optional(),
  message: z
    .object({
      content: z.string().nullish(),
      thinking: z.string().nullish(),
      tool_calls: z
        .array(z.object({ function: z.object({ name: z.string(), arguments: z.unknown() }) }))
        .nullish(),
    })
    .optional(),
  done: z.boolean().optional(),
  done_reason: z.string().nullish(),
  prompt_eval_count: z.number().optional(),
  eval_count: z.number().optional(),
  error: z.string().optional(),
});

export type OllamaChunk = z.output<typeof chunk>;

export interface OllamaServer {
  /** Without `/api`. */
  url: string;
  headers: Record<string, string>;
  fetch: typeof fetch;
}

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Sends a request and answers with the open response. Ollama's own client is not used because it writes what servers
 * say to the console and takes a key from the environment by itself.
 * @throws AppError `provider.*`, `egress.forbidden`, or the reason of the signal
 */
export async function askOllama(
  { url, headers, fetch: send }: OllamaServer,
  path: string,
  body: object,
  signal: AbortSignal,
): Promise<Response> {
  const response = await send(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal,
  }).catch((error: unknown) => broken(error, signal));
  if (response.ok) return response;
  const said = await boundedBody(response, MAX_ERROR_BYTES).catch(() => new Uint8Array());
  const cause = new Error(`HTTP ${response.status}: ${new TextDecoder().decode(said)}`);
  throw failureByStatus(response.status, cause, retryAfterMs(Object.fromEntries(response.headers)));
}

/** The pieces of an answer to `/api/chat`, the only one where it comes whole. @throws as `askOllama` */
export async function* ollamaChunks(
  response: Response,
  { whole, signal }: { whole: boolean; signal: AbortSignal },
): AsyncGenerator<OllamaChunk> {
  try {
    if (whole) yield read(new TextDecoder().decode(await boundedBody(response, MAX_ANSWER_BYTES)));
    else for await (const line of lines(response)) yield read(line);
  } catch (error) {
    broken(error, signal);
  }
}

function read(line: string): OllamaChunk {
  let parsed: OllamaChunk;
  try {
    parsed = chunk.parse(JSON.parse(line));
  } catch (error) {
    throw new ProviderError('provider.malformed', { cause: error });
  }
  if (parsed.error === undefined) return parsed;
  throw new ProviderError('provider.unavailable', { cause: new Error(parsed.error), retryable: true });
}

function broken(error: unknown, signal: AbortSignal): never {
  signal.throwIfAborted();
  throw ownError(error) ?? new ProviderError('provider.unavailable', { cause: error, retryable: true });
}
