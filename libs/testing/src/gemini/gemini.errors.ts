import type { Refusal } from '../provider/dialect.ts';
import type { HttpErrorScript } from '../provider/script.ts';

const STATUSES: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** The status and body with which the provider would refuse. How long to wait is said inside the error. */
export function geminiError({ status, code, message, retryAfterSeconds }: HttpErrorScript): Refusal {
  const details = [
    ...(code === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code, domain: 'googleapis.com' }]),
    ...(retryAfterSeconds === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` }]),
  ];
  const known = STATUSES[status] ?? 'UNKNOWN';
  return {
    status,
    body: {
      error: { code: status, message: message ?? `${known} by the stand-in.`, status: known, details },
    },
  };
}
