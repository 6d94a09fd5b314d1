import { AppError } from '@agent-engine/errors';
import { fetch as undiciFetch } from 'undici';
import { EgressPolicy } from './egress-policy.ts';
import { guardedAgent } from './guarded-agent.ts';
import { redirectedRequest, type ReplayableRequest } from './redirected-request.ts';

const MAX_REDIRECTS = 5;

export interface EgressGuard {
  /** @throws AppError `egress.forbidden` for a URL no tenant may have called */
  check: (url: string) => URL;
  /** `fetch` for URLs that tenants wrote. Rejects with AppError `egress.forbidden`. */
  fetch: typeof fetch;
}

/**
 * The one guard all URLs written by tenants pass. Make one per process: it pools connections.
 * @param allow entries of `EGRESS_ALLOW`
 */
export function createEgressGuard(allow: readonly string[]): EgressGuard {
  const policy = new EgressPolicy(allow);
  const dispatcher = guardedAgent(policy);

  /** One hop. `redirect: 'manual'` because undici would parse the next URL before we see how it was spelled. */
  const send = (request: ReplayableRequest, signal?: AbortSignal | null): Promise<Response> => {
    const { url, ...rest } = request;
    return undiciFetch(policy.parse(url), { ...rest, signal, redirect: 'manual', dispatcher }).catch(rethrow);
  };

  return {
    check: (url) => policy.parse(url),
    fetch: async (input, init = {}) => {
      let request = replayable(input, init);
      for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
        const response = await send(request, init.signal);
        const next = init.redirect === 'manual' ? undefined : redirectedRequest(request, response);
        if (!next) return response;
        if (init.redirect === 'error') break;
        await response.body?.cancel();
        request = next;
      }
      throw new TypeError('The server redirects too often.');
    },
  };
}

function replayable(input: string | URL | Request, init: RequestInit): ReplayableRequest {
  const { method = 'GET', headers, body } = init;
  if (
    input instanceof Request ||
    (body != null && typeof body !== 'string' && !(body instanceof Uint8Array))
  ) {
    throw new TypeError('Only a URL with a text or byte body can be sent again after a redirect.');
  }
  return { url: String(input), method, headers: headerRecord(headers), body };
}

/** A plain object keeps the spelling of header names on the wire; a `Headers` has already lost it. */
function headerRecord(headers: RequestInit['headers']): Record<string, string> {
  if (!headers) return {};
  if (headers instanceof Headers || Array.isArray(headers)) return Object.fromEntries(new Headers(headers));
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** Fetch hides why it failed in `cause`; a refusal of ours has to stay recognisable. */
function rethrow(error: unknown): never {
  const cause = error instanceof Error ? error.cause : undefined;
  throw AppError.is(cause, 'egress.forbidden') ? cause : error;
}
