import { ApiFixture, type Client } from './api.fixture.ts';

let api: ApiFixture;
let acme: Client;
let globex: Client;
beforeAll(async () => {
  api = await ApiFixture.start();
  acme = api.withKey('acme');
  globex = api.withKey('globex');
});
afterAll(() => api.stop());

const QUERY =
  'query Q($clientMethod: String, $objectKey: String!, $expiration: Int) { presignedAwsS3Url(clientMethod: $clientMethod, objectKey: $objectKey, expiration: $expiration) { url objectKey expiration } }';

async function presign(client: Client, objectKey: string, wish: object = {}) {
  const { data, errors } = await client(QUERY, { objectKey, ...wish });
  expect(errors).toBeUndefined();
  return data.presignedAwsS3Url as { url: string; objectKey: string; expiration: number };
}
const read = { clientMethod: 'get_object' };
const put = (url: string, body: string) =>
  fetch(url, { method: 'PUT', headers: { 'content-type': 'image/png' }, body });

describe('presigned URLs', () => {
  it('upload a file as a browser does, and show it again', async () => {
    const key = 'confirmation_image/1 + 1 = ü & %2e.png';
    const upload = await presign(acme, key);
    expect(upload).toMatchObject({ objectKey: key, expiration: 3600 });
    expect((await put(upload.url, 'picture')).status).toBe(200);
    const shown = await presign(acme, key, { ...read, expiration: 518_400 });
    expect(shown).toMatchObject({ objectKey: key, expiration: 518_400 });
    const response = await fetch(shown.url);
    expect([await response.text(), response.headers.get('content-type')]).toEqual(['picture', 'image/png']);
  });

  it('sign neither a body nor its type, which only the uploader knows', async () => {
    const { searchParams } = new URL((await presign(acme, 'a.png', { expiration: 60 })).url);
    expect(searchParams.get('X-Amz-SignedHeaders')).toBe('host');
    expect(searchParams.get('X-Amz-Expires')).toBe('60');
    expect([...searchParams.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
  });

  it('pass the preflight of a page that wants to PUT', async () => {
    const { url } = await presign(acme, 'page.png');
    const origin = 'http://localhost:3000';
    const { status, headers } = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(status).toBeLessThan(300);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-methods')).toContain('PUT');
    expect(headers.get('access-control-allow-headers')).toContain('content-type');
  });

  it('reach files of their own partition only', async () => {
    await put((await presign(acme, 'secret.txt')).url, 'of acme');
    expect((await fetch((await presign(globex, 'secret.txt', read)).url)).status).toBe(404);
    await put((await presign(globex, 'secret.txt')).url, 'of globex');
    expect(await (await fetch((await presign(acme, 'secret.txt', read)).url)).text()).toBe('of acme');
  });

  it('keep partitions apart whose ids look like paths', async () => {
    await put((await presign(acme, 'deep/file.txt')).url, 'of acme');
    for (const [partId, key] of [
      ['acme/deep', 'file.txt'],
      ['..', 'gpt/acme/deep/file.txt'],
      ['.', 'acme/deep/file.txt'],
      ['%61cme', 'deep/file.txt'],
      ['acme%2Fdeep', 'file.txt'],
      ['../gpt/acme', 'deep/file.txt'],
    ]) {
      const { url } = await presign(api.as(partId ?? ''), key ?? '', read);
      expect([partId, (await fetch(url)).status]).toEqual([partId, 404]);
    }
  });

  it.each([
    '../acme/secret.txt',
    'a/../../acme/secret.txt',
    './x',
    '/x',
    'a//b',
    'a/',
    '',
    'a\u0000b',
    'a\nb',
    '\ud800',
  ])('refuse the key %j', async (objectKey) => {
    const { data, errors } = await globex(QUERY, { objectKey });
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'argument.invalid',
      details: { argument: 'objectKey' },
    });
  });

  it.each([
    [{ clientMethod: 'delete_object' }, 'argument.invalid', 'clientMethod'],
    [{ clientMethod: '' }, 'argument.invalid', 'clientMethod'],
    [{ expiration: 604_801 }, 'argument.invalid', 'expiration'],
    [{ expiration: -1 }, 'argument.invalid', 'expiration'],
    [{ objectKey: 'x'.repeat(1020) }, 'argument.tooLarge', 'objectKey'],
  ])('refuse %j', async (wish, code, argument) => {
    const { errors } = await acme(QUERY, { objectKey: 'x', ...wish });
    expect(errors?.[0]?.extensions).toMatchObject({ code, details: { argument } });
  });

  it('take null and 0 for what was not said', async () => {
    const { url, expiration } = await presign(acme, 'x', { clientMethod: null, expiration: 0 });
    expect([new URL(url).searchParams.get('x-id'), expiration]).toEqual(['PutObject', 3600]);
  });
});

describe('an engine without a bucket', () => {
  it('says that it has no storage', async () => {
    const bare = await ApiFixture.start({ S3_BUCKET: '' });
    try {
      const { errors } = await bare.as('acme')(QUERY, { objectKey: 'x' });
      expect(errors?.[0]?.extensions.code).toBe('storage.unavailable');
    } finally {
      await bare.stop();
    }
  });
});
