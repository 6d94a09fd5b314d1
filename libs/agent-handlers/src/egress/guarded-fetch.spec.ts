import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEgressGuard } from './guarded-fetch.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(answer: Answer): Promise<{ server: Server; port: number; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, seen };
}

describe('guarded fetch', () => {
  let target: Awaited<ReturnType<typeof listen>>;
  let redirector: Awaited<ReturnType<typeof listen>>;
  let location = '';
  let status = 307;
  const { fetch } = createEgressGuard(['127.0.0.1']);

  beforeAll(async () => {
    target = await listen((request, response) => {
      request
        .on('data', (chunk) => response.write(chunk))
        .on('end', () => response.end(`|${request.method}`));
    });
    redirector = await listen((_request, response) => response.writeHead(status, { location }).end());
  });
  beforeEach(() => {
    target.seen.length = 0;
  });
  afterAll(() => {
    for (const { server } of [target, redirector]) {
      server.close();
      server.closeAllConnections();
    }
  });

  const through = (to: string, withStatus = 307, init: RequestInit = {}) => {
    location = to;
    status = withStatus;
    return fetch(`http://127.0.0.1:${redirector.port}/`, {
      method: 'POST',
      body: 'question',
      headers: { Authorization: 'Bearer secret', 'X-Part-ID': 'acme', 'Content-Type': 'text/plain' },
      ...init,
    });
  };

  it('reaches what is allowed, with header names as written', async () => {
    const response = await fetch(`http://127.0.0.1:${target.port}/`, { headers: { 'X-Part-ID': 'acme' } });
    expect(await response.text()).toBe('|GET');
    expect(target.seen[0]?.rawHeaders).toContain('X-Part-ID');
  });

  it('refuses a name whose DNS answer is not public, at the moment of connecting', async () => {
    await expect(fetch(`http://localhost:${target.port}/`)).rejects.toMatchObject({
      code: 'egress.forbidden',
    });
    expect(target.seen).toEqual([]);
  });

  it('lets a network on the list be reached by name', async () => {
    const { fetch } = createEgressGuard(['127.0.0.0/8', '::1/128']);
    expect((await fetch(`http://localhost:${target.port}/`)).status).toBe(200);
  });

  it.each([
    ['another name of loopback', () => `http://localhost:${target.port}/`],
    ['a decimal address', () => `http://2130706433:${target.port}/`],
    ['a decimal address without scheme', () => `//2130706433:${target.port}/`],
    ['a tab between the slashes', () => `/\t/2130706433:${target.port}/`],
    ['a mapped address', () => `http://[::ffff:127.0.0.1]:${target.port}/`],
    ['metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['another scheme', () => 'file:///etc/passwd'],
  ])('refuses a redirect to %s', async (_name, to) => {
    await expect(through(to())).rejects.toMatchObject({ code: 'egress.forbidden' });
    expect(target.seen).toEqual([]);
  });

  it('follows an allowed redirect with its body, and leaves secrets behind at another origin', async () => {
    const response = await through(`http://127.0.0.1:${target.port}/next`);
    expect(await response.text()).toBe('question|POST');
    const { headers } = target.seen[0] ?? { headers: {} };
    expect(headers).toMatchObject({ 'content-type': 'text/plain' });
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('x-part-id');
  });

  it('turns a 303 into a GET', async () => {
    expect(await (await through(`http://127.0.0.1:${target.port}/`, 303)).text()).toBe('|GET');
  });

  it('gives up on a redirect loop', async () => {
    await expect(through('/again')).rejects.toThrow('redirects too often');
  });

  it('hands a redirect over when asked to', async () => {
    expect((await through('http://10.0.0.1/', 302, { redirect: 'manual' })).status).toBe(302);
  });

  it('stops when aborted', async () => {
    await expect(
      fetch(`http://127.0.0.1:${target.port}/`, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
