/**
 * Every error a caller can meet: its code and the HTTP status it has where no GraphQL operation ran.
 * GraphQL answers carry the code in `extensions.code` and HTTP 200.
 */
export const errorCodes = {
  'request.malformed': 400,
  'request.notFound': 404,
  'request.tooLarge': 413,
  'request.tooComplex': 400,
  'request.unsupportedMediaType': 415,
  'auth.required': 401,
  'auth.invalid': 401,
  'auth.expired': 401,
  'auth.unavailable': 503,
  'auth.adminRequired': 403,
  'partition.invalid': 400,
  'partition.ambiguous': 400,
  'partition.forbidden': 403,
  'argument.invalid': 400,
  'argument.required': 400,
  'argument.tooLarge': 400,
  'cursor.invalid': 400,
  'entity.notFound': 404,
  'entity.conflict': 409,
  'entity.inUse': 409,
  'connection.gone': 410,
  'connection.forbidden': 403,
  'egress.forbidden': 403,
  'secret.unavailable': 500,
  'handler.unknown': 400,
  'handler.unsupported': 400,
  'provider.authentication': 502,
  'provider.rateLimited': 503,
  'provider.notFound': 404,
  'provider.refused': 502,
  'provider.contextLength': 400,
  'provider.unavailable': 503,
  'provider.timedOut': 504,
  'provider.malformed': 502,
  'run.timedOut': 504,
  'run.cancelled': 499,
  'run.interrupted': 503,
  'queue.unavailable': 503,
  'storage.unavailable': 503,
  'message.malformed': 400,
  'service.stopping': 503,
  'migration.notReady': 503,
  'migration.fenced': 503,
  'internal.unexpected': 500,
} as const;

export type ErrorCode = keyof typeof errorCodes;

export const retryableCodes: ReadonlySet<ErrorCode> = new Set(['migration.notReady', 'migration.fenced']);
