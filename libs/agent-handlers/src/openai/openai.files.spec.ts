import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createEgressGuard } from '../egress/guarded-fetch.ts';
import { openAiConfiguration } from './openai.configuration.ts';
import { OpenAiFiles } from './openai.files.ts';

/** The provider's end of the wire: what it was sent, and one answer for all. */
let server: Server;
let baseUrl: string;
let answer: (response: ServerResponse) => void;
const sent: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      sent.push({ method, url, headers, body });
      answer(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  sent.length = 0;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const ofOperator = openAiConfiguration.parse({});
const files = (allow: string[] = ['127.0.0.1']) =>
  new OpenAiFiles({ openai: { apiKey: 'operator-key', baseUrl }, egress: createEgressGuard(allow) });
const file = {
  filename: 'a "b".txt',
  content: new Uint8Array(Buffer.from('hello')),
  mediaType: 'text/plain',
};

describe('files at OpenAI', () => {
  it.each([
    ['the operator’s server', {}, 'Bearer operator-key'],
    ['a server the agent names', { base_url: true, openaiApiKey: 'own' }, 'Bearer own'],
    ['a server the agent names without a key', { base_url: true }, 'Bearer none'],
  ])('are uploaded as a form to %s', async (_, given, authorization) => {
    answer = json({ id: 'file-1', object: 'file' });
    const configuration = openAiConfiguration.parse({
      ...given,
      ...('base_url' in given && { base_url: baseUrl }),
    });
    expect(await files().upload(configuration, file)).toEqual({
      id: 'file-1',
      detail: { id: 'file-1', object: 'file' },
    });
    expect(sent).toMatchObject([{ method: 'POST', url: '/v1/files', headers: { authorization } }]);
    const { headers, body } = sent[0]!;
    const form = await new Response(body, {
      headers: { 'content-type': headers['content-type']! },
    }).formData();
    expect(form.get('purpose')).toBe('user_data');
    expect(form.get('file')).toMatchObject({ name: 'a "b".txt', type: 'text/plain', size: 5 });
  });

  it('never leave for a server that is not on the public internet', async () => {
    const configuration = openAiConfiguration.parse({ base_url: baseUrl, api_key: 'own' });
    await expect(files([]).upload(configuration, file)).rejects.toMatchObject({ code: 'egress.forbidden' });
    answer = (response) => response.writeHead(307, { location: 'http://169.254.169.254/latest' }).end();
    await expect(files().get(configuration, { id: 'f', withContent: false })).rejects.toMatchObject({
      code: 'egress.forbidden',
    });
  });

  it.each([
    [401, 'provider.authentication'],
    [404, 'provider.notFound'],
    [400, 'provider.refused'],
    [429, 'provider.rateLimited'],
    [500, 'provider.unavailable'],
  ])('fail with status %d as %s, asked once, in our words', async (status, code) => {
    answer = json({ error: { message: 'Incorrect key sk-secret' } }, status);
    const failure = await files()
      .get(ofOperator, { id: 'f', withContent: false })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, message: expect.not.stringContaining('secret') });
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['text', (response: ServerResponse) => response.end('hello'), 'provider.malformed'],
    ['a list', json([]), 'provider.malformed'],
    ['nothing', (response: ServerResponse) => response.destroy(), 'provider.unavailable'],
    [
      'no end',
      (response: ServerResponse) => response.end(Buffer.alloc(11 * 1024 * 1024)),
      'argument.tooLarge',
    ],
  ])('fail when a server answers %s', async (_, given, code) => {
    answer = (response) => void given(response);
    await expect(files().get(ofOperator, { id: 'f', withContent: false })).rejects.toMatchObject({ code });
  });
});
