import { AppError, type AppErrorOptions } from '@agent-engine/errors';

export type ProviderErrorCode =
  | 'provider.authentication'
  | 'provider.rateLimited'
  | 'provider.notFound'
  | 'provider.refused'
  | 'provider.contextLength'
  | 'provider.unavailable'
  | 'provider.timedOut'
  | 'provider.malformed';

/** One sentence each, the same for all providers: what a provider says may quote keys, URLs and prompts. */
const MESSAGES: Record<ProviderErrorCode, string> = {
  'provider.authentication': 'The model provider did not accept the credentials of this agent.',
  'provider.rateLimited': 'The model provider accepts no more requests for this agent right now.',
  'provider.notFound': 'The model provider has no such file for this agent.',
  'provider.refused': 'The model provider refused the request.',
  'provider.contextLength': 'The question and what was said before are longer than the model can read.',
  'provider.unavailable': 'The model provider could not be reached or broke off.',
  'provider.timedOut': 'The model provider did not answer in time.',
  'provider.malformed': 'The model provider sent an answer that cannot be understood.',
};

/** A failed step. `cause` holds the provider's own words, for the log. */
export class ProviderError extends AppError {
  /** The same request may succeed later, provided nothing of the answer has been passed on. */
  readonly retryable: boolean;
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ProviderErrorCode,
    options: AppErrorOptions & { retryable?: boolean; retryAfterMs?: number; message?: string } = {},
  ) {
    super(code, options.message ?? MESSAGES[code], { cause: options.cause });
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}
