import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type OpenAiStandIn, startOpenAiStandIn } from '@agent-engine/testing';
import { ApiFixture, type Client } from './api.fixture.ts';

let api: ApiFixture;
let provider: OpenAiStandIn;
let acme: Client;
let globex: Client;
/** Agents of acme: on an account of its own, on the operator's. */
let own: string;
let shared: string;
let sharedOfGlobex: string;

const handler = { moduleName: 'openai_agent_handler', className: 'OpenAIEventHandler' };
const hello = Buffer.from('hello').toString('base64');

beforeAll(async () => {
  provider = await startOpenAiStandIn();
  api = await ApiFixture.start({
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_API_KEY: 'operator-key',
    EGRESS_ALLOW: '127.0.0.1',
  });
  acme = api.withKey('acme');
  globex = api.withKey('globex');
  await createLlm('gpt', handler);
  await createLlm('odd', { moduleName: 'no_such_handler', className: 'X' });
  own = await createAgent(acme, { openaiApiKey: 'acme-key', baseUrl: provider.baseUrl });
  shared = await createAgent(acme, {});
  sharedOfGlobex = await createAgent(globex, {});
});
const closing: (() => void)[] = [];
afterAll(async () => {
  closing.forEach((close) => close());
  await api.stop();
  await provider.stop();
});

async function createLlm(llmName: string, names: typeof handler): Promise<void> {
  const { errors } = await acme(
    'mutation M($llmName: String!, $moduleName: String!, $className: String!) { insertUpdateLlm(llmProvider: "openai", llmName: $llmName, moduleName: $moduleName, className: $className, updatedBy: "x") { llm { llmName } } }',
    { llmName, ...names },
  );
  expect(errors).toBeUndefined();
}

async function createAgent(client: Client, configuration: object, llmName = 'gpt'): Promise<string> {
  const { data } = await client(
    'mutation M($configuration: JSONCamelCase, $llmName: String!) { insertUpdateAgent(agentName: "F", llmProvider: "openai", llmName: $llmName, configuration: $configuration, updatedBy: "x") { agent { agentUuid } } }',
    { configuration, llmName },
  );
  return data.insertUpdateAgent.agent.agentUuid as string;
}

const FIELDS = '{ identity value fileDetail }';
const upload = (client: Client, agentUuid: string, given: object) =>
  client(
    `mutation M($agentUuid: String!, $given: JSONCamelCase!) { uploadFile(agentUuid: $agentUuid, arguments: $given) { uploadedFile ${FIELDS} } }`,
    { agentUuid, given },
  );
const read = (client: Client, field: string, agentUuid: string, given: object) =>
  client(
    `query Q($agentUuid: String!, $given: JSONCamelCase!) { file: ${field}(agentUuid: $agentUuid, arguments: $given) ${FIELDS} }`,
    { agentUuid, given },
  );

describe('files at the provider', () => {
  it.each([
    [
      'snake_case',
      { filename: 'ü.txt', encoded_content: hello, purpose: 'vision' },
      'file_id',
      'encoded_content',
    ],
    [
      'camelCase',
      { filename: 'ü.txt', encodedContent: hello, purpose: 'vision' },
      'fileId',
      'encodedContent',
    ],
  ])('are uploaded, described and read with %s arguments', async (_, given, id, content) => {
    const uploaded = (await upload(acme, own, given)).data.uploadFile.uploadedFile;
    expect(uploaded).toEqual({
      identity: 'id',
      value: expect.stringMatching(/^file-/),
      fileDetail: expect.objectContaining({
        filename: 'ü.txt',
        bytes: 5,
        purpose: 'vision',
        createdAt: expect.any(Number),
      }),
    });
    expect(provider.files.at(-1)).toMatchObject({ apiKey: 'acme-key', content: Buffer.from('hello') });
    const described = (await read(acme, 'uploadedFile', own, { [id]: uploaded.value })).data.file;
    expect(described).toEqual(uploaded);
    const whole = (await read(acme, 'uploadedFile', own, { id: uploaded.value, [content]: true })).data.file;
    expect(whole.fileDetail).toEqual({ ...uploaded.fileDetail, encodedContent: hello });
  });

  it('that runs made come out of their containers', async () => {
    const { id } = provider.addContainerFile({
      apiKey: 'acme-key',
      containerId: 'cntr_1',
      filename: 'plot.png',
      content: Buffer.from('hello'),
    });
    const place = { container_id: 'cntr_1', file_id: id };
    const { data } = await read(acme, 'outputFile', own, place);
    expect(data.file).toMatchObject({
      identity: 'id',
      value: id,
      fileDetail: { path: '/mnt/data/plot.png', encodedContent: hello },
    });
    const { errors } = await read(acme, 'outputFile', own, { ...place, container_id: 'cntr_2' });
    expect(errors?.[0]?.extensions.code).toBe('provider.notFound');
  });

  it('come from a URL, but from none inside', async () => {
    const site = createServer((request, response) => {
      if (request.url === '/inside') response.writeHead(302, { location: 'http://[::1]:1/' });
      response.end('from afar');
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    closing.push(() => site.close());
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const { data } = await upload(acme, own, { filename: 'a.txt', fileUri: `${url}/a` });
    expect(data.uploadFile.uploadedFile.fileDetail).toMatchObject({ bytes: 9, purpose: 'user_data' });
    const count = provider.files.length;
    for (const uri of [
      `${url}/inside`,
      'http://169.254.169.254/',
      'file:///etc/passwd',
      'http://localhost:4000/',
    ]) {
      const { errors } = await upload(acme, own, { filename: 'a.txt', file_uri: uri });
      expect([uri, errors?.[0]?.extensions.code]).toEqual([uri, 'egress.forbidden']);
    }
    expect(provider.files).toHaveLength(count);
  });
});

describe('other tenants', () => {
  it('cannot use the agent', async () => {
    const code = async (answer: ReturnType<Client>) => (await answer).errors?.[0]?.extensions.code;
    const file = { filename: 'a', encodedContent: hello };
    expect(await code(upload(globex, own, file))).toBe('entity.notFound');
    expect(await code(read(globex, 'uploadedFile', own, { fileId: 'f' }))).toBe('entity.notFound');
    expect(await code(read(globex, 'outputFile', own, { fileId: 'f', containerId: 'c' }))).toBe(
      'entity.notFound',
    );
  });

  it('do not see files in the account that all share, and cannot make them theirs', async () => {
    const { data } = await upload(acme, shared, { filename: 'secret.txt', encodedContent: hello });
    const fileId = data.uploadFile.uploadedFile.value as string;
    expect((await read(acme, 'uploadedFile', shared, { fileId })).data.file.value).toBe(fileId);
    const seen = await read(globex, 'uploadedFile', sharedOfGlobex, { fileId, encodedContent: true });
    const missing = await read(globex, 'uploadedFile', sharedOfGlobex, { fileId: 'file-none' });
    expect(seen.data.file).toBeNull();
    expect(seen.errors?.[0]).toMatchObject({
      message: missing.errors?.[0]?.message,
      extensions: { code: 'provider.notFound' },
    });
    const claim = await globex(
      `mutation { insertUpdateAsyncTask(functionName: "upload_file", asyncTaskUuid: "${fileId}", updatedBy: "x") { asyncTask { status } } }`,
    );
    expect(claim.errors).toBeDefined();
    expect((await read(globex, 'uploadedFile', sharedOfGlobex, { fileId })).data.file).toBeNull();
  });
});

describe('refusals', () => {
  const file = { filename: 'a.txt', encoded_content: hello };

  it.each<[string, object]>([
    ['no name', { encoded_content: hello }],
    ['a path for a name', { ...file, filename: '../a' }],
    ['no content', { filename: 'a' }],
    ['two contents', { ...file, file_uri: 'https://example.com' }],
    ['no base64', { ...file, encoded_content: '***' }],
    ['a list', []],
  ])('of an upload with %s', async (_, given) => {
    const { errors } = await upload(acme, own, given);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'argument.invalid',
      details: { argument: 'arguments' },
    });
  });

  it('of a question for no file', async () => {
    const { errors } = await read(acme, 'uploadedFile', own, {});
    expect(errors?.[0]?.message).toContain('arguments.file_id');
    expect((await read(acme, 'outputFile', own, { fileId: 'x' })).errors?.[0]?.message).toContain(
      'arguments.container_id',
    );
  });

  it('of the provider in our words', async () => {
    const { errors } = await read(acme, 'uploadedFile', own, { fileId: 'file-none' });
    expect(errors?.[0]).toMatchObject({
      message: 'The model provider has no such file for this agent.',
      extensions: { code: 'provider.notFound' },
    });
  });

  it('of an agent whose llm nobody handles', async () => {
    const odd = await createAgent(acme, {}, 'odd');
    expect((await upload(acme, odd, file)).errors?.[0]?.extensions.code).toBe('handler.unknown');
  });
});
