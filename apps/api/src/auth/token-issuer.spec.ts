import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import { post, startApi } from '../../spec/api-under-test.ts';
import { connect } from '../../spec/socket-client.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] };
const claims = { endpoint_id: 'gpt', part_id: 'acme' };
const issued: jwt.SignOptions = {
  algorithm: 'RS256',
  keyid: 'k1',
  issuer: 'https://issuer.example',
  audience: 'agents',
  expiresIn: 60,
};

describe('tokens of an issuer that publishes its keys', () => {
  let issuer: Server;
  let api: Awaited<ReturnType<typeof startApi>>;

  const startFor = (jwksPort: number) =>
    startApi({
      JWT_SECRET: undefined,
      JWT_JWKS_URL: `http://127.0.0.1:${jwksPort}/jwks.json`,
      JWT_ISSUER: 'https://issuer.example',
      JWT_AUDIENCE: 'agents',
    });
  const ask = (token: string, url = api.url) => post(url, { headers: { authorization: `Bearer ${token}` } });

  beforeAll(async () => {
    issuer = createServer((_, response) => response.end(JSON.stringify(jwks))).listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    api = await startFor((issuer.address() as AddressInfo).port);
  });
  afterAll(async () => {
    await api.close();
    issuer.close();
    issuer.closeAllConnections();
  });

  it('are accepted on requests and sockets', async () => {
    const token = jwt.sign(claims, privateKey, issued);
    expect(await ask(token)).toMatchObject({ status: 200, data: { partitions: ['gpt#acme'] } });
    (await connect(`${api.url}/gpt/ai_agent_core_ws?token=${token}`)).socket.close();
  });

  it.each<[string, jwt.Secret, jwt.SignOptions]>([
    ['another key', stranger, issued],
    ['an unknown key id', privateKey, { ...issued, keyid: 'k2' }],
    ['another issuer', privateKey, { ...issued, issuer: 'https://other.example' }],
    ['another audience', privateKey, { ...issued, audience: 'others' }],
    ['another algorithm of the same key', privateKey, { ...issued, algorithm: 'RS512' }],
    // The classic confusion: the public key, which everybody has, used as a shared secret.
    [
      'the public key as secret',
      publicKey.export({ type: 'spki', format: 'der' }),
      { ...issued, algorithm: 'HS256' },
    ],
  ])('are refused with %s', async (_, key, options) => {
    expect(await ask(jwt.sign(claims, key, options))).toMatchObject({ status: 401, code: 'auth.invalid' });
  });

  it('are not blamed when the issuer does not answer', async () => {
    const lonely = await startFor(1);
    try {
      const answer = await ask(jwt.sign(claims, privateKey, issued), lonely.url);
      expect(answer).toMatchObject({ status: 503, code: 'auth.unavailable' });
      expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1/);
    } finally {
      await lonely.close();
    }
  });
});
