import jwt from 'jsonwebtoken';
import { acmeToken, type Post, post, startApi, token } from '../../spec/api-under-test.ts';

const WHERE = '{ partitions(delays: []) }';
const bearer = (claims: object, options?: jwt.SignOptions) => ({
  authorization: `Bearer ${token(claims, options)}`,
});
const key = (name: string) => ({ 'x-api-key': name });
const query = (text: string) => `/gpt/ai_agent_core_graphql?${text}`;
const body = (wish: object) => ({ query: WHERE, ...wish });
const far = Math.floor(Date.now() / 1000) + 600;

describe('credential and wish', () => {
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  it.each<[string, Post, string]>([
    ['the only part of a token', { headers: bearer({ endpoint_id: 'gpt', part_id: 'acme' }) }, 'gpt#acme'],
    ['the only part of a list', { headers: bearer({ endpoint_id: 'gpt', part_ids: ['acme'] }) }, 'gpt#acme'],
    [
      'one of a list',
      { headers: { ...bearer({ endpoint_id: 'gpt', part_ids: ['a', 'b'] }), 'part-id': 'b' } },
      'gpt#b',
    ],
    [
      'one of several endpoints',
      { headers: bearer({ endpoint_id: ['x', 'gpt'], part_id: 'acme' }) },
      'gpt#acme',
    ],
    [
      'any part for a star',
      { headers: { ...bearer({ endpoint_id: 'gpt', part_ids: '*' }), 'part-id': 'new' } },
      'gpt#new',
    ],
    ["the endpoint's own part for a star without a wish", { headers: key('key-of-all') }, 'gpt#gpt'],
    ['the part of a key', { headers: key('key-of-acme') }, 'gpt#acme'],
    ['X-Part-ID', { headers: { ...key('key-of-all'), 'X-Part-ID': 'acme' } }, 'gpt#acme'],
    ['part_id as a header', { headers: { ...key('key-of-all'), part_id: 'acme' } }, 'gpt#acme'],
    ['part_id in the body', { headers: key('key-of-all'), body: body({ part_id: 'acme' }) }, 'gpt#acme'],
    ['partId in the body', { headers: key('key-of-all'), body: body({ partId: 'é' }) }, 'gpt#é'],
    ['null in the body as none', { headers: key('key-of-all'), body: body({ part_id: null }) }, 'gpt#gpt'],
    ['the query string', { headers: key('key-of-all'), path: query('part_id=acme') }, 'gpt#acme'],
    [
      'the same wish everywhere',
      {
        headers: { ...key('key-of-all'), 'part-id': 'acme' },
        path: query('partId=acme'),
        body: body({ part_id: 'acme' }),
      },
      'gpt#acme',
    ],
    [
      'a token beside a valid key',
      { headers: { ...bearer({ endpoint_id: 'gpt', part_id: 'acme' }), ...key('key-of-all') } },
      'gpt#acme',
    ],
    [
      'no partition key or context of the caller',
      {
        headers: { ...key('key-of-acme'), 'partition-key': 'gpt#globex', partition_key: 'gpt#globex' },
        path: query('partition_key=gpt%23globex'),
        body: body({
          partition_key: 'gpt#globex',
          context: { partition_key: 'gpt#globex', part_id: 'globex' },
        }),
      },
      'gpt#acme',
    ],
  ])('takes %s', async (_, request, partition) => {
    expect(await post(api.url, request)).toMatchObject({ status: 200, data: { partitions: [partition] } });
  });

  it.each<[string, Post, number, string]>([
    ['nothing shown', {}, 401, 'auth.required'],
    ['an unknown key', { headers: key('key-of-nobody') }, 401, 'auth.invalid'],
    ['a key in other letters', { headers: key('KEY-OF-ALL') }, 401, 'auth.invalid'],
    ['an empty key', { headers: key('') }, 401, 'auth.invalid'],
    ['a password', { headers: { authorization: 'Basic Z3B0OmdwdA==' } }, 401, 'auth.invalid'],
    ['a bearer of nothing', { headers: { authorization: 'Bearer ' } }, 401, 'auth.invalid'],
    ['garbage', { headers: { authorization: 'Bearer a.b.c' } }, 401, 'auth.invalid'],
    [
      'a bad token beside a good key',
      { headers: { authorization: 'Bearer a.b.c', ...key('key-of-all') } },
      401,
      'auth.invalid',
    ],
    [
      'a bad key beside a good token',
      { headers: { authorization: `Bearer ${acmeToken()}`, ...key('nope') } },
      401,
      'auth.invalid',
    ],
    [
      'another secret',
      {
        headers: {
          authorization: `Bearer ${jwt.sign({ endpoint_id: 'gpt', part_id: 'acme', exp: far }, 'another secret')}`,
        },
      },
      401,
      'auth.invalid',
    ],
    [
      'no signature',
      {
        headers: {
          authorization: `Bearer ${jwt.sign({ endpoint_id: 'gpt', part_id: 'acme', exp: far }, '', { algorithm: 'none' })}`,
        },
      },
      401,
      'auth.invalid',
    ],
    [
      'another algorithm',
      { headers: bearer({ endpoint_id: 'gpt', part_id: 'acme', exp: far }, { algorithm: 'HS512' }) },
      401,
      'auth.invalid',
    ],
    ['no expiry', { headers: bearer({ endpoint_id: 'gpt', part_id: 'acme' }, {}) }, 401, 'auth.invalid'],
    [
      'past expiry',
      { headers: bearer({ endpoint_id: 'gpt', part_id: 'acme' }, { expiresIn: -1 }) },
      401,
      'auth.expired',
    ],
    [
      'not yet',
      { headers: bearer({ endpoint_id: 'gpt', part_id: 'acme' }, { expiresIn: 600, notBefore: 300 }) },
      401,
      'auth.invalid',
    ],
    [
      'claims of another form',
      { headers: bearer({ endpoint_id: 'gpt', part_id: { $ne: '' } }) },
      401,
      'auth.invalid',
    ],
    [
      'another endpoint',
      { headers: key('key-of-all'), path: '/other/ai_agent_core_graphql' },
      403,
      'partition.forbidden',
    ],
    [
      'the endpoint in other letters',
      { headers: key('key-of-all'), path: '/GPT/ai_agent_core_graphql' },
      403,
      'partition.forbidden',
    ],
    [
      'a star as endpoint claim',
      { headers: bearer({ endpoint_id: '*', part_ids: '*' }) },
      403,
      'partition.forbidden',
    ],
    ['no endpoint claim', { headers: bearer({ part_id: 'acme' }) }, 403, 'partition.forbidden'],
    ['no part claim', { headers: bearer({ endpoint_id: 'gpt' }) }, 403, 'partition.forbidden'],
    [
      'a star as one part',
      { headers: { ...bearer({ endpoint_id: 'gpt', part_id: '*' }), 'part-id': 'acme' } },
      403,
      'partition.forbidden',
    ],
    ['another part', { headers: { ...key('key-of-acme'), 'part-id': 'globex' } }, 403, 'partition.forbidden'],
    [
      'the part in other letters',
      { headers: { ...key('key-of-acme'), 'part-id': 'Acme' } },
      403,
      'partition.forbidden',
    ],
    [
      "the endpoint's own part without right to it",
      { headers: { ...key('key-of-acme'), 'part-id': 'gpt' } },
      403,
      'partition.forbidden',
    ],
    ['several parts and no wish', { headers: key('key-of-both') }, 400, 'partition.ambiguous'],
    [
      'header against body',
      { headers: { ...key('key-of-both'), 'part-id': 'acme' }, body: body({ part_id: 'globex' }) },
      400,
      'partition.ambiguous',
    ],
    [
      'body against query',
      { headers: key('key-of-both'), path: query('part_id=acme'), body: body({ part_id: 'globex' }) },
      400,
      'partition.ambiguous',
    ],
    [
      'body against itself',
      { headers: key('key-of-both'), body: body({ part_id: 'globex', partId: 'acme' }) },
      400,
      'partition.ambiguous',
    ],
    [
      'query against itself',
      { headers: key('key-of-both'), path: query('part_id=acme&part_id=globex') },
      400,
      'partition.ambiguous',
    ],
    [
      'two headers',
      { headers: { ...key('key-of-both'), 'part-id': 'acme', 'x-part-id': 'globex' } },
      400,
      'partition.ambiguous',
    ],
    [
      'a folded header',
      { headers: { ...key('key-of-all'), 'part-id': 'acme, globex' } },
      400,
      'partition.ambiguous',
    ],
    ['a hash sign', { headers: { ...key('key-of-all'), 'part-id': 'a#b' } }, 400, 'partition.invalid'],
    [
      'a hash sign outside the allowance',
      { headers: { ...key('key-of-acme'), 'part-id': 'a#b' } },
      400,
      'partition.invalid',
    ],
    ['an empty header', { headers: { ...key('key-of-acme'), 'part-id': '' } }, 400, 'partition.invalid'],
    [
      'a blank in the body',
      { headers: key('key-of-acme'), body: body({ part_id: ' acme' }) },
      400,
      'partition.invalid',
    ],
    [
      'an empty query value',
      { headers: key('key-of-acme'), path: query('part_id=') },
      400,
      'partition.invalid',
    ],
    ['a number', { headers: key('key-of-all'), body: body({ part_id: 7 }) }, 400, 'partition.invalid'],
    [
      'bytes above ASCII in a header',
      { headers: { ...key('key-of-all'), 'part-id': 'é' } },
      400,
      'partition.invalid',
    ],
  ])('refuses %s', async (_, request, status, code) => {
    expect(await post(api.url, request)).toMatchObject({ status, code });
  });

  it('uses the claim names it is told', async () => {
    const other = await startApi({
      JWT_CLAIM_ENDPOINT: 'custom:endpoint',
      JWT_CLAIM_PART: 'custom:part',
      JWT_CLAIM_ROLE: 'custom:role',
    });
    try {
      const headers = bearer({ 'custom:endpoint': 'gpt', 'custom:part': 'acme', 'custom:role': 'admin' });
      const answer = await post(other.url, { headers, body: { query: '{ identity }' } });
      expect(JSON.parse(String(answer.data?.identity))).toMatchObject({ role: 'admin' });
      expect(
        await post(other.url, { headers: bearer({ endpoint_id: 'gpt', part_id: 'acme' }) }),
      ).toMatchObject({ status: 403 });
    } finally {
      await other.close();
    }
  });
});
