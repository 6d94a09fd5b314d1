import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PushClient } from './push-client.ts';

const frame = {
  message_group_id: 'c-r',
  data_format: 'text',
  index: 0,
  chunk_delta: 'Zürich <b>',
  is_message_end: false,
} as const;

const local = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('PushClient', () => {
  let server: Server;
  let callbackUrl: string;
  let status = 200;
  const seen: { request: IncomingMessage; body: string }[] = [];
  const push = new PushClient({ region: 'us-east-1', secret: 'a secret between us', credentials: local });

  beforeAll(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        seen.push({ request, body });
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    callbackUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen.length = 0;
    status = 200;
  });
  afterAll(() => {
    push.close();
    server.close();
  });

  it('posts the frame, once encoded, to the connection, with the secret', async () => {
    expect(await push.send({ id: 'abc=', callbackUrl }, frame)).toBe(true);
    expect(seen).toHaveLength(1);
    expect(decodeURIComponent(seen[0]?.request.url ?? '')).toBe('/@connections/abc=');
    expect(seen[0]?.request).toMatchObject({
      method: 'POST',
      headers: { 'x-push-secret': 'a secret between us' },
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(frame);
  });

  it('tells a closed connection from one that cannot be reached', async () => {
    status = 410;
    expect(await push.send({ id: 'abc=', callbackUrl }, frame)).toBe(false);
    status = 503;
    await expect(push.send({ id: 'abc=', callbackUrl }, frame)).rejects.toThrow();
    await expect(push.send({ id: 'abc=', callbackUrl: 'http://127.0.0.1:9' }, frame)).rejects.toThrow();
  });
});
