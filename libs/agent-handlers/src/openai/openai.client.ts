import { MAX_FILE_BYTES } from '@agent-engine/files';
import type { OpenAI } from 'openai';
import { failureByStatus, ownError } from '../failure-by-status.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { ProviderError } from '../provider-error.ts';
import { boundedFetch } from '../files/bounded-fetch.ts';
import { openAiAccount } from './openai.account.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';

const TIMEOUT_MS = 60_000;

/**
 * One request with OpenAI's own SDK, which comes into memory with the first.
 * @throws AppError `provider.*`, `egress.forbidden`, `argument.tooLarge`
 */
export async function askOpenAi<T>(
  options: HandlerOptions,
  configuration: OpenAiConfiguration,
  request: (client: OpenAI) => PromiseLike<T>,
): Promise<T> {
  const account = openAiAccount(options, configuration);
  const { APIError, OpenAI } = await import('openai');
  const client = new OpenAI({
    ...account,
    fetch: boundedFetch(account.fetch, MAX_FILE_BYTES),
    // Of the operator: not for the servers agents name.
    organization: null,
    project: null,
    timeout: TIMEOUT_MS,
    maxRetries: 0,
    logLevel: 'off', // it would write to the console, which is our log
  });
  try {
    return await request(client);
  } catch (error) {
    const status = error instanceof APIError ? (error.status as number | undefined) : undefined;
    if (status === 404) throw new ProviderError('provider.notFound', { cause: error });
    if (status !== undefined) throw failureByStatus(status, error);
    throw ownError(error) ?? new ProviderError('provider.unavailable', { cause: error });
  }
}

/** Servers that agents name may answer anything. */
export function described(detail: object): { id: string; detail: Record<string, unknown> } {
  if (!('id' in detail) || typeof detail.id !== 'string') throw new ProviderError('provider.malformed');
  return { id: detail.id, detail: { ...detail } };
}
