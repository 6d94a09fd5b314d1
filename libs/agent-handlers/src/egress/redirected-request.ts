/** A request that can be sent a second time. */
export interface ReplayableRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array | null;
}

/** What may follow a redirect to another origin: nothing that could be a secret or name the tenant. */
const HARMLESS_HEADERS = new Set(['accept', 'content-type', 'user-agent']);

/** The request a redirect asks for, by the rules of fetch; undefined when the response is not a redirect. */
export function redirectedRequest(
  request: ReplayableRequest,
  response: Response,
): ReplayableRequest | undefined {
  const location = response.headers.get('location');
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return undefined;
  const url = target(location, request.url);
  const headers = Object.entries(request.headers).filter(
    ([name]) => sameOrigin(url, request.url) || HARMLESS_HEADERS.has(name.toLowerCase()),
  );
  const becomesGet =
    (response.status === 303 && request.method !== 'HEAD') ||
    (response.status < 303 && request.method === 'POST');
  return {
    url,
    method: becomesGet ? 'GET' : request.method,
    headers: Object.fromEntries(headers),
    body: becomesGet ? undefined : request.body,
  };
}

/** Absolute, but with the host as the server spelled it: the policy judges spellings. */
function target(location: string, base: string): string {
  const written = location.replace(/[\t\r\n]/g, '').trim();
  const absolute = /^[\\/]{2}/.test(written) ? new URL(base).protocol + written : written;
  return URL.canParse(absolute) ? absolute : new URL(written, base).href;
}

function sameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}
