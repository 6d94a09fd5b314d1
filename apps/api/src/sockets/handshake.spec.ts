import { once } from 'node:events';
import { request } from 'node:http';
import { acmeToken, startApi, token } from '../../spec/api-under-test.ts';
import { connect, refusal, SocketClient } from '../../spec/socket-client.ts';
import { Questions } from '../../spec/probe.module.ts';

describe('the socket handshake', () => {
  let api: Awaited<ReturnType<typeof startApi>>;
  let url: string;
  beforeAll(async () => {
    api = await startApi({ SOCKET_LIMIT: '3', SOCKET_HEARTBEAT: '50ms' });
    url = `${api.url}/gpt/ai_agent_core_ws`;
  });
  afterAll(() => api.close());

  const both = () => token({ sub: 'bob', endpoint_id: 'gpt', part_ids: ['acme', 'globex'] });

  async function partitionOf(client: Awaited<ReturnType<typeof connect>>): Promise<string | undefined> {
    client.ask();
    await client.settled();
    const asked = api.app
      .get(Questions, { strict: false })
      .asked.find(({ connectionId }) => connectionId === client.id);
    client.socket.close();
    await client.closed();
    return asked?.partition;
  }

  it.each<[string, string, Record<string, string>, string]>([
    ['the query string', '&part_id=globex', {}, 'gpt#globex'],
    ['the header', '', { 'part-id': 'acme' }, 'gpt#acme'],
    ['both alike', '&part_id=acme', { 'part-id': 'acme' }, 'gpt#acme'],
  ])('takes the part from %s', async (_, query, headers, partition) => {
    expect(await partitionOf(await connect(`${url}?token=${both()}${query}`, { headers }))).toBe(partition);
  });

  it.each(['/gpt/ai_agent_core_ws', '/core/gpt/ai_agent_core_ws', '/beta/core/gpt/ai_agent_core_ws'])(
    'accepts under %s, with the only part of the token',
    async (path) => {
      expect(await partitionOf(await connect(`${api.url}${path}?token=${acmeToken()}`))).toBe('gpt#acme');
    },
  );

  it.each<[string, string, Record<string, string>, number, string]>([
    ['no token', '', {}, 401, 'auth.required'],
    ['an empty token', '?token=', {}, 401, 'auth.required'],
    ['garbage', '?token=a.b.c', {}, 401, 'auth.invalid'],
    [
      'an expired token',
      `?token=${token({ endpoint_id: 'gpt', part_id: 'acme' }, { expiresIn: -1 })}`,
      {},
      401,
      'auth.expired',
    ],
    ['an API key alone', '', { 'x-api-key': 'key-of-all' }, 401, 'auth.required'],
    ['an API key as token', '?token=key-of-all', {}, 401, 'auth.invalid'],
    ['several parts and no wish', `?token=${both()}`, {}, 400, 'partition.ambiguous'],
    ['two wishes', `?token=${both()}&part_id=acme`, { 'part-id': 'globex' }, 400, 'partition.ambiguous'],
    ['a foreign part', `?token=${acmeToken()}&part_id=globex`, {}, 403, 'partition.forbidden'],
    ['no component', `?token=${both()}&part_id=a%23b`, {}, 400, 'partition.invalid'],
  ])('refuses %s', async (_, query, headers, status, code) => {
    expect(await refusal(url + query, { headers })).toEqual({ status, code });
  });

  it.each([
    [`/other/ai_agent_core_ws`, 403, 'partition.forbidden'],
    [`/gpt/ai_agent_core_graphql`, 404, 'request.notFound'],
    [`/`, 404, 'request.notFound'],
    [`/%E0%A4/ai_agent_core_ws`, 400, 'request.malformed'],
  ])('refuses %s', async (path, status, code) => {
    expect(await refusal(`${api.url}${path}?token=${acmeToken()}`)).toEqual({ status, code });
  });

  /** Client libraries refuse the colon; older ones of our users send it, so this goes by hand. */
  function rawHandshake(protocol: string) {
    return new Promise<{ status: number | undefined; protocol: unknown }>((resolve, reject) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol': protocol,
      };
      request(`${url}?token=${both()}`, { headers })
        .on('upgrade', (response, socket) => {
          socket.destroy();
          resolve({ status: response.statusCode, protocol: response.headers['sec-websocket-protocol'] });
        })
        .on('response', (response) => {
          response.resume();
          resolve({ status: response.statusCode, protocol: response.headers['sec-websocket-protocol'] });
        })
        .on('error', reject)
        .end();
    });
  }

  it('takes the part from a subprotocol and gives it back', async () => {
    expect(await rawHandshake('chat, part-id:acme')).toEqual({ status: 101, protocol: 'part-id:acme' });
    expect(await rawHandshake('part-id:acme, part-id:globex')).toMatchObject({ status: 400 });
    expect(await rawHandshake('part-id:other')).toMatchObject({ status: 403 });
  });

  it('leaves requests that offer another protocol to HTTP', async () => {
    const status = await new Promise((resolve, reject) => {
      request(`${api.url}/health/live`, {
        headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' },
      })
        .on('response', (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });

  it('accepts as many sockets as configured', async () => {
    const target = `${url}?token=${acmeToken()}`;
    const clients = await Promise.all([connect(target), connect(target), connect(target)]);
    expect(await refusal(target)).toEqual({ status: 503, code: 'service.stopping' });
    const closed = clients.map((client) => client.closed());
    clients.forEach(({ socket }) => socket.close());
    await Promise.all(closed);
    const again = await connect(target);
    again.socket.terminate();
  });

  it('closes the socket when its token expires', async () => {
    const client = await connect(
      `${url}?token=${token({ endpoint_id: 'gpt', part_id: 'acme' }, { expiresIn: 1 })}`,
    );
    expect(await client.closed()).toEqual({ code: 4001, reason: 'auth.expired' });
  });

  it('closes a socket that answers no pings', async () => {
    const client = new SocketClient(`${url}?token=${acmeToken()}`, { autoPong: false });
    await once(client.socket, 'open');
    expect(await client.closed()).toMatchObject({ code: 1006 });
  });
});
