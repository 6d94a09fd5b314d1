import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  type AnthropicStandIn,
  type OpenAiStandIn,
  startAnthropicStandIn,
  startOpenAiStandIn,
} from '@agent-engine/testing';
import { ApiFixture, type Client } from './api.fixture.ts';

let api: ApiFixture;
let provider: OpenAiStandIn;
let anthropic: AnthropicStandIn;
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
  anthropic = await startAnthropicStandIn();
  api = await ApiFixture.start({
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_API_KEY: 'operator-key',
    ANTHROPIC_BASE_URL: anthropic.endpoint,
    ANTHROPIC_API_KEY: 'operator-key',
    EGRESS_ALLOW: '127.0.0.1',
    SHARED_PROVIDER_OBJECTS: 'vs_all, cntr_all',
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
  await anthropic.stop();
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
    const { id } = provider.addFile({
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

const list = async (client: Client, agentUuid: string, given: object = {}): Promise<string[]> => {
  const { data, errors } = await client(
    `query Q($agentUuid: String!, $given: JSONCamelCase) { list: uploadedFileList(agentUuid: $agentUuid, arguments: $given) { uploadedFileList ${FIELDS} } }`,
    { agentUuid, given },
  );
  expect(errors).toBeUndefined();
  return (data.list.uploadedFileList as { value: string }[]).map(({ value }) => value);
};
const remove = (client: Client, agentUuid: string, given: object) =>
  client(
    'mutation M($agentUuid: String!, $given: JSONCamelCase!) { deleteUploadedFile(agentUuid: $agentUuid, arguments: $given) { ok } }',
    { agentUuid, given },
  );
const idOf = async (uploaded: ReturnType<Client>): Promise<string> =>
  (await uploaded).data.uploadFile.uploadedFile.value as string;
const codeOf = async (answer: ReturnType<Client>) => (await answer).errors?.[0]?.extensions.code;

describe('lists of files', () => {
  it('have those of the agent’s own account, newest first, all or those of a purpose, until they are deleted', async () => {
    const fresh = await createAgent(acme, { openaiApiKey: 'fresh-key', baseUrl: provider.baseUrl });
    const ids: string[] = [];
    for (const purpose of ['vision', 'user_data', 'vision']) {
      ids.push(await idOf(upload(acme, fresh, { filename: 'a', encodedContent: hello, purpose })));
    }
    expect(await list(acme, fresh)).toEqual(ids.toReversed());
    expect(await list(acme, fresh, { purpose: 'vision' })).toEqual([ids[2], ids[0]]);
    expect((await remove(acme, fresh, { fileId: ids[1] })).data.deleteUploadedFile).toEqual({ ok: true });
    expect(await list(acme, fresh)).toEqual([ids[2], ids[0]]);
    expect(await codeOf(remove(acme, fresh, { fileId: ids[1] }))).toBe('provider.notFound');
    expect(await codeOf(read(acme, 'uploadedFile', fresh, { fileId: ids[1] }))).toBe('provider.notFound');
  });

  it('have only the partition’s own in the account that all share, however many others there are', async () => {
    const of = (client: Client, agentUuid: string) =>
      idOf(upload(client, agentUuid, { filename: 'a', encodedContent: hello }));
    const before = await list(globex, sharedOfGlobex);
    const theirs = [await of(globex, sharedOfGlobex), await of(globex, sharedOfGlobex)];
    const acmes = [await of(acme, shared)];
    // More than are looked up at once.
    const operators = { apiKey: 'operator-key', filename: 'operators', content: Buffer.from('x') };
    for (let i = 0; i < 120; i++) provider.addFile(operators);
    theirs.push(await of(globex, sharedOfGlobex));
    acmes.push(await of(acme, shared));
    expect(await list(globex, sharedOfGlobex)).toEqual([...theirs.toReversed(), ...before]);
    expect((await list(acme, shared)).slice(0, 2)).toEqual(acmes.toReversed());
    const [first = ''] = theirs;
    expect(await codeOf(remove(acme, shared, { fileId: first }))).toBe('provider.notFound');
    expect(await list(globex, sharedOfGlobex)).toContain(first);
    await remove(globex, sharedOfGlobex, { fileId: first });
    expect(await list(globex, sharedOfGlobex)).not.toContain(first);
  });
});

describe('skills at the provider', () => {
  const files = [{ path: 'sums/SKILL.md', encodedContent: hello }];
  const ask = (client: Client, operation: string, agentUuid: string, given: object, fields: string) =>
    client(
      `${/^(create|delete)/.test(operation) ? 'mutation' : 'query'} O($agentUuid: String!, $given: JSONCamelCase!) { answer: ${operation}(agentUuid: $agentUuid, arguments: $given) ${fields} }`,
      { agentUuid, given },
    );
  const create = async (client: Client, agentUuid: string): Promise<string> =>
    (await ask(client, 'createSkill', agentUuid, { files }, '{ skill { skillId skillDetail } }')).data.answer
      .skill.skillId as string;
  const skillList = async (client: Client, agentUuid: string) => {
    const { data } = await client(
      'query Q($agentUuid: String!) { skillList(agentUuid: $agentUuid) { skillList { skillId } } }',
      { agentUuid },
    );
    return (data.skillList.skillList as { skillId: string }[]).map(({ skillId }) => skillId);
  };

  it('are made, get versions, are listed and deleted', async () => {
    const skillId = await create(acme, own);
    expect(provider.skills.at(-1)).toMatchObject({ id: skillId, apiKey: 'acme-key' });
    const second = await ask(
      acme,
      'createSkillVersion',
      own,
      { skillId, files },
      '{ skillVersion { skillId version skillDetail } }',
    );
    expect(second.data.answer.skillVersion).toMatchObject({
      skillId,
      version: '2',
      skillDetail: { name: 'sums' },
    });
    expect((await ask(acme, 'skill', own, { skillId }, '{ skillId skillDetail }')).data.answer).toMatchObject(
      {
        skillId,
        skillDetail: { latestVersion: '2' },
      },
    );
    const versions = async () =>
      (await ask(acme, 'skillVersionList', own, { skillId }, '{ skillVersionList { version } }')).data.answer
        .skillVersionList as object[];
    expect(await versions()).toEqual([{ version: '2' }, { version: '1' }]);
    await ask(acme, 'deleteSkill', own, { skillId, version: '1' }, '{ ok }');
    expect(await versions()).toEqual([{ version: '2' }]);
    expect(await skillList(acme, own)).toEqual([skillId]);
    expect((await ask(acme, 'deleteSkill', own, { skillId }, '{ ok }')).data.answer).toEqual({ ok: true });
    expect(await skillList(acme, own)).toEqual([]);
  });

  it('of another tenant are missing in the account that all share', async () => {
    const skillId = await create(acme, shared);
    const theirs = await create(globex, sharedOfGlobex);
    expect(await skillList(acme, shared)).toEqual([skillId]);
    expect(await skillList(globex, sharedOfGlobex)).toEqual([theirs]);
    for (const [operation, fields, rest] of [
      ['skill', '{ skillId }', {}],
      ['skillVersionList', '{ skillVersionList { version } }', {}],
      ['createSkillVersion', '{ skillVersion { version } }', { files }],
      ['deleteSkill', '{ ok }', {}],
      ['deleteSkill', '{ ok }', { version: '1' }],
    ] as const) {
      const code = await codeOf(ask(globex, operation, sharedOfGlobex, { skillId, ...rest }, fields));
      expect([operation, code]).toEqual([operation, 'provider.notFound']);
    }
    expect(provider.skills.find(({ id }) => id === skillId)?.versions).toHaveLength(1);
    await ask(acme, 'deleteSkill', shared, { skillId }, '{ ok }');
    expect(await skillList(acme, shared)).toEqual([]);
  });

  it.each([
    ['no folder', [{ path: 'SKILL.md', encodedContent: hello }]],
    ['a way out of it', [{ path: 'sums/../SKILL.md', encodedContent: hello }]],
    ['a backslash', [{ path: 'sums\\SKILL.md', encodedContent: hello }]],
    ['no content', [{ path: 'sums/SKILL.md' }]],
    ['no file', []],
    ['too many files', Array.from({ length: 101 }, (_, i) => ({ path: `sums/${i}`, encodedContent: hello }))],
  ])('are refused with %s', async (_, given) => {
    expect(await codeOf(ask(acme, 'createSkill', own, { files: given }, '{ skill { skillId } }'))).toBe(
      'argument.invalid',
    );
  });

  it('are none where the llm has none', async () => {
    await createLlm('claude-b', { moduleName: 'claude_agent_handler', className: 'ClaudeEventHandler' });
    const bedrock = await createAgent(acme, {}, 'claude-b');
    expect(await codeOf(ask(acme, 'skill', bedrock, { skillId: 's' }, '{ skillId }'))).toBe(
      'handler.unsupported',
    );
    expect(await codeOf(remove(acme, bedrock, { fileId: 's' }))).toBe('handler.unsupported');
  });
});

describe('other tenants', () => {
  it('cannot use the agent', async () => {
    const file = { filename: 'a', encodedContent: hello };
    for (const answer of [
      upload(globex, own, file),
      read(globex, 'uploadedFile', own, { fileId: 'f' }),
      read(globex, 'outputFile', own, { fileId: 'f', containerId: 'c' }),
      remove(globex, own, { fileId: 'f' }),
      globex(`{ uploadedFileList(agentUuid: "${own}") { uploadedFileList { value } } }`),
      globex(`{ skillList(agentUuid: "${own}") { skillList { skillId } } }`),
    ]) {
      expect(await codeOf(answer)).toBe('entity.notFound');
    }
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
    const unclaimed = provider.addFile({
      apiKey: 'operator-key',
      filename: 'b',
      content: Buffer.from('x'),
    }).id;
    for (const id of [fileId, unclaimed]) {
      const claim = globex(
        `mutation { insertUpdateAsyncTask(functionName: "upload_file", asyncTaskUuid: "${id}", updatedBy: "x") { asyncTask { status } } }`,
      );
      expect(await codeOf(claim)).toBe('argument.invalid');
      expect((await read(globex, 'uploadedFile', sharedOfGlobex, { fileId: id })).data.file).toBeNull();
    }
  });
});

describe('an agent that names things at its provider', () => {
  const save = (client: Client, configuration: object, llmName = 'gpt') =>
    client(
      'mutation M($configuration: JSONCamelCase, $llmName: String!) { insertUpdateAgent(agentName: "N", llmProvider: "openai", llmName: $llmName, configuration: $configuration, updatedBy: "x") { agent { agentUuid } } }',
      { configuration, llmName },
    );
  const refused = (argument: string) => [
    {
      message: expect.stringContaining(`${argument}: `),
      extensions: { code: 'argument.invalid', details: { argument } },
    },
  ];
  const code = (fileId: string) => ({
    tools: [{ type: 'code_interpreter', container: { fileIds: [fileId] } }],
  });

  it('is saved in the account that all share with what is its partition’s, and with what all may use', async () => {
    const fileId = await idOf(upload(acme, shared, { filename: 'a', encodedContent: hello }));
    const argument = 'configuration.tools.0.container.file_ids.0';
    expect((await save(acme, code(fileId))).errors).toBeUndefined();
    const theirs = await save(globex, code(fileId));
    expect(theirs.errors).toMatchObject(refused(argument));
    expect(JSON.stringify(theirs.errors)).not.toContain(fileId);
    // Whether it exists is nobody's business.
    const missing = await save(globex, code('file-none'));
    expect(missing.errors?.[0]?.message).toBe(theirs.errors?.[0]?.message);
    const stores = (id: string) => ({ tools: [{ type: 'file_search', vectorStoreIds: [id] }] });
    expect((await save(globex, stores('vs_all'))).errors).toBeUndefined();
    expect((await save(globex, stores('vs_acme'))).errors).toMatchObject(
      refused('configuration.tools.0.vector_store_ids.0'),
    );
    const made = await acme(
      'mutation M($agentUuid: String!, $given: JSONCamelCase!) { createSkill(agentUuid: $agentUuid, arguments: $given) { skill { skillId } } }',
      { agentUuid: shared, given: { files: [{ path: 'sums/SKILL.md', encodedContent: hello }] } },
    );
    const skills = [{ skillId: made.data.createSkill.skill.skillId as string }];
    expect((await save(acme, { skills })).errors).toBeUndefined();
    expect((await save(globex, { skills })).errors).toMatchObject(refused('configuration.skills.0.skill_id'));
  });

  it('is free in an account of its own; a model it falls back on is looked at as well', async () => {
    const free = { ...code('file-any'), openaiApiKey: 'acme-key' };
    expect((await save(acme, free)).errors).toBeUndefined();
    const fallbacks = [{ llmProvider: 'openai', llmName: 'gpt', configuration: code('file-any') }];
    expect((await save(acme, { ...free, fallbacks })).errors).toMatchObject(
      refused('configuration.fallbacks.0.configuration.tools.0.container.file_ids.0'),
    );
  });
});

describe('files that runs made in the account that all share', () => {
  it('are theirs who first name them, and show nobody an upload of another tenant', async () => {
    const content = Buffer.from('hello');
    const place = { apiKey: 'operator-key', containerId: 'cntr_9', filename: 'plot.png', content };
    const wish = { containerId: 'cntr_9', fileId: provider.addFile(place).id };
    expect((await read(acme, 'outputFile', shared, wish)).data.file).toMatchObject({ value: wish.fileId });
    expect((await read(acme, 'outputFile', shared, wish)).data.file).toMatchObject({ value: wish.fileId });
    expect(await codeOf(read(globex, 'outputFile', sharedOfGlobex, wish))).toBe('provider.notFound');
    // Where a file needs no container to be named, an upload must not be had as an output.
    await createLlm('claude', { moduleName: 'anthropic_agent_handler', className: 'AnthropicEventHandler' });
    const theirs = await createAgent(globex, {}, 'claude');
    const uploaded = upload(acme, await createAgent(acme, {}, 'claude'), {
      filename: 'a',
      encodedContent: hello,
    });
    const named = { containerId: 'c', fileId: await idOf(uploaded), encodedContent: false };
    expect(anthropic.files).toMatchObject([{ id: named.fileId, apiKey: 'operator-key' }]);
    expect(await codeOf(read(globex, 'outputFile', theirs, named))).toBe('provider.notFound');
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

  it.each(['..', 'a/../b', 'a?b', 'a/b/c', ''])('of an id that is none: %s', async (fileId) => {
    expect(await codeOf(read(acme, 'uploadedFile', own, { fileId }))).toBe('argument.invalid');
    expect(await codeOf(remove(acme, own, { fileId }))).toBe('argument.invalid');
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
