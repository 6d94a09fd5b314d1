import { AppError, type ErrorCode } from '@agent-engine/errors';
import { HttpException } from '@nestjs/common';

const CODES: Record<number, [ErrorCode, string]> = {
  404: ['request.notFound', 'There is nothing here.'],
  413: ['request.tooLarge', 'The body is too large.'],
  415: [
    'request.unsupportedMediaType',
    'The body must be JSON in UTF-8, plain or compressed by gzip, deflate or br.',
  ],
};

/** Errors of Express, its body parser and Nest in our terms. Their texts quote input and internals, so they stay here. */
export function httpErrorOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const status = statusOf(error);
  if (status === undefined || status < 400 || status >= 500) return AppError.from(error);
  const [code, message] = CODES[status] ?? ['request.malformed', 'The request is not well-formed.'];
  return new AppError(code, message, { cause: error });
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === 'number' ? status : undefined;
}

export interface ErrorBody {
  errors: [{ message: string; extensions: { code: ErrorCode; requestId?: string; retryable?: true } }];
  /** Where clients of the older gateway look for the message. */
  detail: string;
}

/** The body of an answer that is nothing but an error: shaped like GraphQL's, so that clients need one reader. */
export function errorBody(error: AppError, requestId?: string): ErrorBody {
  const extensions = {
    ...error.details,
    code: error.code,
    ...(error.isRetryable && { retryable: true as const }),
    ...(requestId !== undefined && { requestId }),
  };
  return { errors: [{ message: error.message, extensions }], detail: error.message };
}
