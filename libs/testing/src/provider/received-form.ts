import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** The form of an upload; undefined for any other body. */
export const receivedForm = async (request: IncomingMessage): Promise<FormData | undefined> =>
  new Response(new Uint8Array(await buffer(request)), {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  })
    .formData()
    .catch(() => undefined);
