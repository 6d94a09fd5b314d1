import { boundedBody } from './bounded-body.ts';

/**
 * The fetch of an SDK that reads whole answers into memory: none of them larger than allowed. Forms are written out,
 * for the egress guard sends only what it can send again after a redirect.
 */
export function boundedFetch(send: typeof fetch, maxBytes: number): typeof fetch {
  return async (input, init = {}) => {
    const response = await send(
      input,
      init.body instanceof FormData ? await writtenOut(init, init.body) : init,
    );
    const { status, headers } = response;
    const body = await boundedBody(response, maxBytes);
    return new Response(body.length > 0 ? body : null, { status, headers });
  };
}

async function writtenOut(init: RequestInit, form: FormData): Promise<RequestInit> {
  const multipart = new Response(form);
  const headers = new Headers(init.headers);
  headers.set('content-type', multipart.headers.get('content-type') ?? '');
  return { ...init, headers, body: new Uint8Array(await multipart.arrayBuffer()) };
}
