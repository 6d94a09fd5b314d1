import { MAX_FILE_BYTES } from '@agent-engine/files';
import type { Anthropic } from '@anthropic-ai/sdk';
import { boundedFetch } from '../files/bounded-fetch.ts';
import { failureByStatus, ownError } from '../failure-by-status.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { ProviderError } from '../provider-error.ts';
import { anthropicAccount } from './anthropic.account.ts';
import type { AnthropicConfiguration } from './anthropic.configuration.ts';

const TIMEOUT_MS = 60_000;

/**
 * One request with Anthropic's own SDK, which comes into memory with the first.
 * @throws AppError `provider.*`, `egress.forbidden`, `argument.tooLarge`
 */
export async function askAnthropic<T>(
  options: HandlerOptions,
  configuration: AnthropicConfiguration,
  request: (client: Anthropic) => PromiseLike<T>,
): Promise<T> {
  const { server, apiKey, fetch } = anthropicAccount(options, configuration);
  const { Anthropic, APIError } = await import('@anthropic-ai/sdk');
  const client = new Anthropic({
    baseURL: server,
    apiKey,
    // Of the operator: not for the servers agents name.
    authToken: null,
    fetch: boundedFetch(configuration.base_url === undefined ? fetch : plain(fetch), MAX_FILE_BYTES),
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

const NEEDED = /^(accept|authorization|content-type|user-agent|anthropic-version|anthropic-beta)$/;

/** Without the headers that the SDK takes from the environment: they are the operator's. */
const plain =
  (send: typeof fetch): typeof fetch =>
  (input, init = {}) => {
    const headers = [...new Headers(init.headers)].filter(([name]) => NEEDED.test(name));
    return send(input, { ...init, headers: Object.fromEntries(headers) });
  };
