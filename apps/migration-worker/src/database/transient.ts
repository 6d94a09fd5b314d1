/** Failures after which the same call may succeed, by what DynamoDB calls them. */
const TRANSIENT = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'InternalServerError',
  'InternalFailure',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TransactionInProgressException',
  'TransactionConflictException',
  'ReplicatedWriteConflictException',
  'ResourceInUseException',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
]);

const THROTTLES = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'ThrottlingError',
]);

interface Failure {
  name?: string;
  code?: string;
  syscall?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: unknown;
  cause?: unknown;
}

const CONNECTION =
  /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENOTFOUND|UND_ERR|ERR_HTTP2|ERR_STREAM)/;

export function isThrottle(error: unknown): boolean {
  return error instanceof Error && (THROTTLES.has(error.name) || cancelledFor(error, THROTTLED));
}

const THROTTLED = /^(ThrottlingError|ProvisionedThroughputExceeded)$/;
const PASSING = /^(ThrottlingError|ProvisionedThroughputExceeded|TransactionConflict)$/;

/** True for a transaction that was cancelled for such reasons and for no other. */
function cancelledFor(error: Error, reasons: RegExp): boolean {
  if (error.name !== 'TransactionCanceledException') return false;
  const { CancellationReasons: given = [] } = error as { CancellationReasons?: { Code?: string }[] };
  const real = given.map(({ Code }) => Code ?? 'None').filter((code) => code !== 'None');
  return real.length > 0 && real.every((code) => reasons.test(code));
}

/** Whether a call may be tried again: throttles, 5xx, and connections that broke or stayed silent. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const failure = error as Failure;
  const status = failure.$metadata?.httpStatusCode;
  if (cancelledFor(error, PASSING)) return true;
  if (TRANSIENT.has(error.name) || (status !== undefined && status >= 500)) return true;
  if (CONNECTION.test(failure.code ?? '') || failure.syscall !== undefined) return true;
  // An answer that was cut off in its middle: no error of DynamoDB's, and no JSON either.
  if (error instanceof SyntaxError) return true;
  if (error.name === 'AbortError' || /socket hang up|aborted|premature|terminated/i.test(error.message))
    return true;
  return failure.cause instanceof Error && isTransient(failure.cause);
}
