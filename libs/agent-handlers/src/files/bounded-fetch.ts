import { boundedBody } from './bounded-body.ts';

/**
 * The fetch of an SDK that reads whole answers into memory: none of them larger than allowed. Forms and blobs are
 * written out, for the egress guard sends only what it can send again after a redirect.
 */
export function boundedFetch(send: typeof fetch, maxBytes: number): typeof fetch {
  return async (input, init = {}) => {
    const { body } = init;
    const isWritten = body instanceof FormData || body instanceof Blob;
    const response = await send(input, isWritten ? await writtenOut(init, body) : init);
    const { status, headers } = response;
    const received = await boundedBody(response, maxBytes);
    return new Response(received.length > 0 ? received : null, { status, headers });
  };
}

async function writtenOut(init: RequestInit, given: FormData | Blob): Promise<RequestInit> {
  const written = new Response(given);
  const headers = new Headers(init.headers);
  const type = written.headers.get('content-type');
  if (type !== null) headers.set('content-type', type);
  return { ...init, headers, body: new Uint8Array(await written.arrayBuffer()) };
}
