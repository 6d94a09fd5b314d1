import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { acmeToken, post, startApi } from '../../spec/api-under-test.ts';

describe('the GraphQL gateway', () => {
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    api = await startApi({ BODY_LIMIT: '10000' });
  });
  afterAll(() => api.close());

  const all = { 'x-api-key': 'key-of-all' };

  it.each([
    '/gpt/ai_agent_core_graphql',
    '/core/gpt/ai_agent_core_graphql',
    '/beta/core/gpt/ai_agent_core_graphql',
  ])('answers under %s', async (path) => {
    const answer = await post(api.url, { path, headers: { ...all, 'part-id': 'acme' } });
    expect(answer).toMatchObject({ status: 200, data: { partitions: ['gpt#acme'] } });
  });

  it.each([
    '/graphql',
    '/GraphQL',
    '/graphql/',
    '/graphql?query={__typename}',
    '/%67raphql',
    '/a/b/c/gpt/ai_agent_core_graphql',
    '/gpt/other_graphql',
    '/',
  ])('knows nothing at %s', async (path) => {
    const answer = await post(api.url, { path, headers: all });
    expect(answer).toMatchObject({ status: 404, code: 'request.notFound' });
  });

  it('knows nothing of GET', async () => {
    const response = await fetch(`${api.url}/gpt/ai_agent_core_graphql?query={__typename}`, { headers: all });
    expect(response.status).toBe(404);
  });

  it.each(['%E0%A4%A', '%FF', 'gpt%2Fx', 'gpt%5Cx'])(
    'refuses the endpoint %s as malformed',
    async (endpoint) => {
      const answer = await post(api.url, { path: `/${endpoint}/ai_agent_core_graphql`, headers: all });
      expect(answer).toMatchObject({ status: 400, code: 'request.malformed' });
    },
  );

  it.each(['gpt%23x', '%20', 'gpt%20', 'g%00pt'])(
    'refuses the endpoint %s as no component',
    async (endpoint) => {
      const answer = await post(api.url, { path: `/${endpoint}/ai_agent_core_graphql`, headers: all });
      expect(answer).toMatchObject({ status: 400, code: 'partition.invalid' });
    },
  );

  it('answers a preflight without credentials, for the headers of the console', async () => {
    const response = await fetch(`${api.url}/beta/core/gpt/ai_agent_core_graphql`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://console.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,part-id,x-api-key',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const allowed = response.headers.get('access-control-allow-headers')?.split(',');
    expect(allowed).toEqual(
      expect.arrayContaining([
        'authorization',
        'content-type',
        'x-api-key',
        'part-id',
        'x-part-id',
        'part_id',
      ]),
    );
  });

  it('lets browsers read refusals too', async () => {
    const answer = await post(api.url, { headers: { origin: 'https://console.example' } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(JSON.parse(answer.text)).toMatchObject({ detail: expect.any(String) });
  });

  it('ignores variables that the operation does not declare', async () => {
    const body = { query: '{ partitions(delays: []) }', variables: { statuses: ['active'] } };
    expect(await post(api.url, { headers: all, body })).toMatchObject({
      status: 200,
      data: { partitions: ['gpt#gpt'] },
    });
  });

  it.each([
    ['a document that does not parse', '{ partitions('],
    ['a document that does not validate', '{ nothing }'],
    ['a failing resolver', '{ broken }'],
    ['several operations and no name', 'query a { identity } query b { identity }'],
  ])('answers %s with 200 and errors', async (_, query) => {
    const answer = await post(api.url, { headers: { ...all, accept: 'text/html' }, body: { query } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(JSON.parse(answer.text).errors).toHaveLength(1);
  });

  const deep = (levels: number) =>
    `{"query":"{ identity }","variables":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`;

  it.each<[string, unknown, Record<string, string>, number, string]>([
    ['malformed JSON', '{"query": "{ identity }"', {}, 400, 'request.malformed'],
    ['an empty body', '', {}, 400, 'request.malformed'],
    ['a batch', [{ query: '{ identity }' }], {}, 400, 'request.malformed'],
    ['no operation', { variables: {} }, {}, 400, 'request.malformed'],
    ['a blank operation', { query: ' ' }, {}, 400, 'request.malformed'],
    ['an operation that is no text', { query: { kind: 'Document' } }, {}, 400, 'request.malformed'],
    ['variables in text', { query: '{ identity }', variables: '{}' }, {}, 400, 'request.malformed'],
    ['deeply nested JSON', deep(100), {}, 400, 'request.malformed'],
    ['very deeply nested JSON', deep(4_000), {}, 400, 'request.malformed'],
    [
      'a form',
      'query={identity}',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'request.unsupportedMediaType',
    ],
    [
      'plain text',
      '{"query":"{ identity }"}',
      { 'content-type': 'text/plain' },
      415,
      'request.unsupportedMediaType',
    ],
    [
      'an unknown charset',
      '{}',
      { 'content-type': 'application/json; charset=ebcdic' },
      415,
      'request.unsupportedMediaType',
    ],
    ['an unknown compression', '{}', { 'content-encoding': 'lzma' }, 415, 'request.unsupportedMediaType'],
    ['broken compression', 'not gzip', { 'content-encoding': 'gzip' }, 400, 'request.malformed'],
    ['a large body', { query: '{ identity }', x: 'x'.repeat(10_000) }, {}, 413, 'request.tooLarge'],
    [
      'a body that inflates to a large one',
      gzipSync(JSON.stringify({ query: '{ identity }', x: 'x'.repeat(1_000_000) })),
      { 'content-encoding': 'gzip' },
      413,
      'request.tooLarge',
    ],
  ])('refuses %s', async (_, body, headers, status, code) => {
    const answer = await post(api.url, { headers: { ...all, ...headers }, body });
    expect(answer).toMatchObject({ status, code });
    expect(answer.text).not.toMatch(/at .*\.(js|ts)|node_modules|Unexpected token/);
  });

  it('reads compressed bodies', async () => {
    const body = gzipSync(JSON.stringify({ query: '{ touch: __typename }' }));
    const answer = await post(api.url, { headers: { ...all, 'content-encoding': 'gzip' }, body });
    expect(answer).toMatchObject({ status: 200, data: { touch: 'Query' } });
  });

  it('asks for a credential before it reads a body', async () => {
    expect(await post(api.url, { body: 'nonsense' })).toMatchObject({ status: 401, code: 'auth.required' });
  });

  it('tells resolvers who asks, under the request id the client was told', async () => {
    const headers = { authorization: `Bearer ${acmeToken()}`, 'x-request-id': 'trace-17' };
    const answer = await post(api.url, { headers, body: { query: '{ identity }' } });
    expect(JSON.parse(String(answer.data?.identity))).toEqual({ requestId: 'trace-17', subject: 'ann' });
    expect(answer.headers.get('x-request-id')).toBe('trace-17');
  });

  it.each([undefined, 'bad id', 'x'.repeat(200)])('makes a request id where %j came', async (id) => {
    const headers = { ...(id !== undefined && { 'x-request-id': id }) };
    const answer = await post(api.url, { headers });
    const told = answer.headers.get('x-request-id');
    expect(told).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(answer.text).errors[0].extensions.requestId).toBe(told);
  });

  it('keeps 200 interleaved requests of two partitions apart', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const part = i % 2 === 0 ? 'acme' : 'globex';
        const delays = Array.from({ length: 4 }, () => Math.floor(Math.random() * 15));
        const body = { query: 'query ($d: [Int!]!) { partitions(delays: $d) }', variables: { d: delays } };
        const answer = await post(api.url, {
          headers: { 'x-api-key': 'key-of-both', 'part-id': part },
          body,
        });
        return { part, seen: answer.data?.partitions };
      }),
    );
    for (const { part, seen } of answers)
      expect(seen).toEqual(Array.from({ length: 5 }, () => `gpt#${part}`));
  });

  it('refuses a repeated part header', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = ['host', 'x', 'x-api-key', 'key-of-all', 'part-id', 'acme', 'part-id', 'globex'];
      headers.push('content-type', 'application/json');
      request(`${api.url}/gpt/ai_agent_core_graphql`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end('{"query":"{ identity }"}');
    });
    expect(status).toBe(400);
  });
});
