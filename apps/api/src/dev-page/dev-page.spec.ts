import { execFile } from 'node:child_process';
import { request, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import express from 'express';
import jwt from 'jsonwebtoken';
import { type DevPageSettings } from './dev-page.settings.ts';
import { mountDevPage } from './dev-page.ts';
import { devTokenSigner } from './dev-token.ts';

const secret = 'a secret of the development page';
const claims = { endpoint: 'https://issuer/endpoint', part: 'part', parts: 'parts', role: 'role' };
const token = devTokenSigner({ secret, claims, issuer: 'https://issuer', audience: 'engine' });

let server: Server | undefined;

async function serve(settings: Partial<DevPageSettings> = { token }): Promise<void> {
  const app = express();
  app.set('trust proxy', true); // what a careless composition might do
  mountDevPage(app, settings);
  await new Promise<void>((listening) => (server = app.listen(0, '127.0.0.1', () => listening())));
}

const portOf = (running?: Server): number => (running?.address() as AddressInfo).port;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Sends the path as it is: `fetch` would resolve `..` before the server sees it, and owns Host and Origin. */
function send(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const port = portOf(server);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (res) => {
      let body = '';
      res.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

const stop = async (): Promise<void> => {
  await new Promise((closed) => (server ? server.close(closed) : closed(undefined)));
  server = undefined;
};
afterEach(stop);

describe('development page', () => {
  it('serves the page and all it names, each with its own type', async () => {
    await serve();
    const page = await send('GET', '/');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    const named = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(3);
    for (const path of named) {
      const { status, headers } = await send('GET', path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['content-type']).toMatch(/css|javascript|svg/);
    }
  });

  it('signs a short-lived token for the chosen part with the configured claims', async () => {
    await serve();
    const { status, headers, body } = await send('POST', '/dev-page/token/globex');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    const answer = JSON.parse(body);
    const payload = jwt.verify(answer.token, secret, {
      algorithms: ['HS256'],
      issuer: 'https://issuer',
      audience: 'engine',
    }) as jwt.JwtPayload;
    expect(payload).toMatchObject({ 'https://issuer/endpoint': 'gpt', part: 'globex' });
    expect(payload.exp! - payload.iat!).toBe(answer.expiresInSeconds);
    expect(answer.expiresInSeconds).toBeLessThanOrEqual(3600);
    expect(payload).not.toHaveProperty('role');
  });

  it('signs for no other part, and for none when tokens come from an issuer', async () => {
    await serve();
    expect((await send('POST', '/dev-page/token/initech')).status).toBe(404);
    await stop();
    await serve({ token: devTokenSigner({ jwksUrl: 'https://issuer/keys', claims }) });
    expect((await send('POST', '/dev-page/token/acme')).status).toBe(404);
    expect(JSON.parse((await send('GET', '/dev-page/config.json')).body)).toMatchObject({
      issuesTokens: false,
    });
  });

  it.each([
    ['a name rebound to this machine', { host: 'evil.example' }],
    ['a name that only starts like this machine', { host: 'localhost.evil.example' }],
    ['no usable host', { host: '%' }],
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page of another port here', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a proxy or tunnel', { 'x-forwarded-for': '127.0.0.1' }],
    ['a standard proxy', { forwarded: 'for=127.0.0.1' }],
  ])('refuses %s', async (_who, headers) => {
    await serve();
    for (const [method, path] of [
      ['POST', '/dev-page/token/acme'],
      ['GET', '/dev-page/config.json'],
      ['GET', '/dev-page/ide/'],
      ['GET', '/'],
    ] as const) {
      const { status, body } = await send(method, path, headers);
      expect([path, status]).toEqual([path, 403]);
      expect(body).not.toContain('local-dev-key');
    }
  });

  it('welcomes this machine by each of its names', async () => {
    await serve();
    const port = portOf(server);
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const host = `${name}:${port}`;
      const { status } = await send('POST', '/dev-page/token/acme', { host, origin: `http://${host}` });
      expect([name, status]).toEqual([name, 200]);
    }
  });

  it('serves nothing outside its folders', async () => {
    await serve();
    for (const path of [
      '/dev-page/../package.json',
      '/dev-page/%2e%2e/package.json',
      '/dev-page/..%2fpackage.json',
      '/dev-page/..%5cpackage.json',
      '/dev-page/ide/../../../package.json',
      '/dev-page/ide/%2e%2e/package.json',
      '/dev-page/ide/..%2f..%2fpackage.json',
      '/dev-page/ide/%2fetc/passwd',
      '/dev-page/%00',
    ]) {
      const { status, body } = await send('GET', path);
      expect([400, 403, 404]).toContain(status);
      expect(body).not.toMatch(/"version"|root:/);
    }
  });
});

describe('GraphQL IDE', () => {
  it('is filled in for the chosen part, with a fresh nonce and without unsafe scripts', async () => {
    await serve();
    const first = await send('GET', '/dev-page/ide/?part=globex');
    const second = await send('GET', '/dev-page/ide/?part=globex');
    expect(first.body).toMatch(/'x-api-key': `local-dev-key`,\s*'part-id': `globex`/);
    const [policy, other] = [first, second].map(({ headers }) => String(headers['content-security-policy']));
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{20,}'/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:/);
    expect(policy).not.toBe(other);
    expect(first.body).toContain(`nonce="${/'nonce-([^']+)'/.exec(policy ?? '')?.[1]}"`);
  });

  it('takes nothing from the address into the page', async () => {
    await serve();
    const { body } = await send('GET', '/dev-page/ide/?part=%3C/script%3E%3Cscript%3Ealert(1)');
    expect(body).not.toContain('alert(1)');
    expect(body).toContain('`acme`');
  });

  it('costs the API nothing before the first visit', async () => {
    const script = `
      import { createRequire } from 'node:module';
      import express from 'express';
      const { mountDevPage } = await import(${JSON.stringify(new URL('dev-page.ts', import.meta.url).href)});
      mountDevPage(express());
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('altair'));
      console.log(JSON.stringify(loaded));`;
    const options = ['--conditions=@agent-engine/source', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: import.meta.dirname });
    expect(JSON.parse(stdout)).toEqual([]);
  });
});
