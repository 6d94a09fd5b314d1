import type { AppError } from '@agent-engine/errors';
import { failureByStatus, ownError } from '../failure-by-status.ts';
import { ProviderError } from '../provider-error.ts';

/** How providers' own SDKs ask: once, in bounded time (ms), and without a word to the console, which is our log. */
export const SDK_SETTINGS = { timeout: 60_000, maxRetries: 0, logLevel: 'off' } as const;

/**
 * The answer to one request of a provider's own SDK.
 * @throws AppError `provider.*`, `egress.forbidden`, `argument.tooLarge`
 */
export async function sdkAnswer<Client, T>(
  client: Promise<Client>,
  request: (client: Client) => PromiseLike<T>,
): Promise<T> {
  try {
    return await request(await client);
  } catch (error) {
    throw sdkFailure(error);
  }
}

/** All a provider lists, page by page as it is read. @throws as `sdkAnswer` */
export async function* sdkItems<Client, T>(
  client: () => Promise<Client>,
  list: (client: Client) => PromiseLike<AsyncIterable<T>>,
): AsyncGenerator<T> {
  try {
    yield* await list(await client());
  } catch (error) {
    throw sdkFailure(error);
  }
}

function sdkFailure(error: unknown): AppError {
  const ours = ownError(error);
  const status = statusOf(error);
  if (ours || status === undefined)
    return ours ?? new ProviderError('provider.unavailable', { cause: error });
  return status === 404
    ? new ProviderError('provider.notFound', { cause: error })
    : failureByStatus(status, error);
}

/** The errors of all SDKs have the HTTP status under this name, and none where there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const { status } = error instanceof Error ? (error as Error & { status?: unknown }) : {};
  return typeof status === 'number' ? status : undefined;
}
