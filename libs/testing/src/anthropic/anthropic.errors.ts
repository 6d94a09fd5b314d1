import type { Refusal } from '../provider/dialect.ts';
import type { HttpErrorScript } from '../provider/script.ts';

const KNOWN: Record<number, [type: string, message: string]> = {
  400: ['invalid_request_error', 'Invalid request.'],
  401: ['authentication_error', 'invalid x-api-key'],
  403: ['permission_error', 'Your API key does not have permission to use the specified resource.'],
  404: ['not_found_error', 'model: model-1'],
  413: ['request_too_large', 'Request exceeds the maximum allowed number of bytes.'],
  429: ['rate_limit_error', 'This request would exceed the rate limit of your organization.'],
  500: ['api_error', 'Internal server error'],
  529: ['overloaded_error', 'Overloaded'],
};

/** The status, headers and body with which the provider would refuse. */
export function anthropicError({ status, code, message, retryAfterSeconds }: HttpErrorScript): Refusal {
  const [type, words] = KNOWN[status] ?? ['api_error', `HTTP ${status}`];
  return {
    status,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    body: { type: 'error', error: { type: code ?? type, message: message ?? words }, request_id: 'req_011' },
  };
}
