import type { ResponsesBody } from './openai.request.ts';
import type { Refusal } from '../provider/dialect.ts';
import type { HttpErrorScript } from '../provider/script.ts';

const KNOWN: Record<number, { type: string; code: string | null; message: string }> = {
  400: { type: 'invalid_request_error', code: null, message: 'Invalid request.' },
  401: {
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message:
      'Incorrect API key provided: sk-stand****-in. You can find your API key at https://platform.openai.com/account/api-keys.',
  },
  429: {
    type: 'requests',
    code: 'rate_limit_exceeded',
    message: 'Rate limit reached for requests per min (RPM): Limit 3, Used 3, Requested 1.',
  },
  500: {
    type: 'server_error',
    code: null,
    message:
      'The server had an error while processing your request. Sorry about that! Please contact us through our help center at help.openai.com if the error persists.',
  },
};

/** The status, headers and body with which the provider would refuse. */
export function httpError({ status, code, message, retryAfterSeconds }: HttpErrorScript): Refusal {
  const known = KNOWN[status] ?? { type: 'api_error', code: null, message: `HTTP ${status}` };
  return {
    status,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    body: {
      error: { message: message ?? known.message, type: known.type, param: null, code: code ?? known.code },
    },
  };
}

/** The provider refuses a history in which calls and results do not pair; so must a stand-in. */
export function historyProblem({ input }: ResponsesBody): string | undefined {
  // What a reference stands for is on the provider's side.
  if (input.some((item) => item.type === 'item_reference')) return undefined;
  const calls = new Set(input.flatMap((item) => (item.type === 'function_call' ? [item.call_id] : [])));
  const outputs = new Set(
    input.flatMap((item) => (item.type === 'function_call_output' ? [item.call_id] : [])),
  );
  const unanswered = [...calls].find((id) => !outputs.has(id));
  if (unanswered !== undefined) return `No tool output found for function call ${unanswered}.`;
  const orphan = [...outputs].find((id) => !calls.has(id));
  return orphan && `No tool call found for function call output with call_id ${orphan}.`;
}
