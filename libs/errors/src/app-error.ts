import { errorCodes, type ErrorCode, retryableCodes } from './error-codes.ts';

export interface AppErrorOptions {
  /** What really happened. Logged, never sent to a client. */
  cause?: unknown;
  /** Facts a client may see: argument names, limits, ids it sent itself. */
  details?: Record<string, unknown>;
}

/**
 * An error whose message is meant for the caller: what happened, what was expected, what to do.
 * Anything else that is thrown reaches clients as `internal.unexpected` without its text.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details;
  }

  /** HTTP status where the error is the whole answer. */
  get status(): number {
    return errorCodes[this.code];
  }

  /** The same request may succeed a little later: nothing is wrong with it. */
  get isRetryable(): boolean {
    return retryableCodes.has(this.code);
  }

  /** True for the code itself or a family of codes: `is(error, 'provider.')`. */
  static is(error: unknown, codeOrPrefix: ErrorCode | `${string}.`): error is AppError {
    return (
      error instanceof AppError &&
      (codeOrPrefix.endsWith('.') ? error.code.startsWith(codeOrPrefix) : error.code === codeOrPrefix)
    );
  }

  /** The error itself if it is meant for callers, else the one that says nothing. */
  static from(error: unknown): AppError {
    return error instanceof AppError
      ? error
      : new AppError(
          'internal.unexpected',
          'Something went wrong on our side. Quote the request id to support.',
          {
            cause: error,
          },
        );
  }
}
