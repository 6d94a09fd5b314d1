import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { AskPort, type AskRequest } from '@agent-engine/api';
import { Partition, PartitionContext } from '@agent-engine/partition';
import { localS3 } from '@agent-engine/testing';
import { ApiFixture, type Client } from './api.fixture.ts';

let api: ApiFixture;
let acme: Client;
let agentUuid: string;
let s3: S3Client;

beforeAll(async () => {
  api = await ApiFixture.start();
  acme = api.withKey('acme');
  agentUuid = await createAgent(acme);
  s3 = localS3(api.emulatorUrl);
});
afterAll(async () => {
  s3.destroy();
  await api.stop();
});

async function createAgent(client: Client): Promise<string> {
  const { data } = await client(
    'mutation { insertUpdateAgent(agentName: "S", llmProvider: "p", llmName: "n", updatedBy: "x") { agent { agentUuid } } }',
  );
  return data.insertUpdateAgent.agent.agentUuid as string;
}

const ask = (client: Client, agent: string, inputFiles: unknown) =>
  client(
    'query Q($agent: String!, $inputFiles: [JSONCamelCase]) { askModel(agentUuid: $agent, userQuery: "Read this", updatedBy: "spec", inputFiles: $inputFiles) { asyncTaskUuid threadUuid currentRunUuid } }',
    { agent, inputFiles },
  );

/** The task as clients see it. */
async function shownFiles(client: Client, asyncTaskUuid: string) {
  const { data } = await client(
    `{ asyncTask(functionName: "async_execute_ask_model", asyncTaskUuid: "${asyncTaskUuid}") { arguments } }`,
  );
  return data.asyncTask.arguments.inputFiles as { filename: string; objectKey?: string }[];
}

async function objects(): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'files' }));
  return Contents.map(({ Key }) => Key ?? '');
}

const base64 = (size: number) => Buffer.alloc(size, 'x').toString('base64');
const small = { filename: 'a.txt', encodedContent: base64(100) };
const large = { filename: 'ü.pdf', encoded_content: base64(500_000) };

describe('files of a question', () => {
  it('stay in the task while they are small, and are queued no more than others', async () => {
    const files = [small, { filename: 'b', fileUri: 'https://example.com/b' }];
    const { data, errors } = await ask(acme, agentUuid, files);
    expect(errors).toBeUndefined();
    expect(await shownFiles(acme, data.askModel.asyncTaskUuid)).toEqual(files);
    expect(JSON.stringify(await api.queued())).not.toMatch(/input|files/i);
    expect(await objects()).toEqual([]);
  });

  it('go to the partition’s storage when they are larger; the task names them', async () => {
    const { data } = await ask(acme, agentUuid, [large, small]);
    const shown = await shownFiles(acme, data.askModel.asyncTaskUuid);
    const stored = expect.stringMatching(/^input_files\/[\w-]+$/);
    expect(shown).toEqual([
      { filename: 'ü.pdf', objectKey: stored },
      { filename: 'a.txt', objectKey: stored },
    ]);
    const [first] = shown;
    const key = `gpt/acme/${first?.objectKey}`;
    expect(await objects()).toContain(key);
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: 'files', Key: key }));
    expect([(await Body?.transformToByteArray())?.length, ContentType]).toEqual([500_000, 'application/pdf']);
    // Their owner can see them, as any other file, and use them again.
    const again = await ask(acme, agentUuid, [{ filename: 'again.pdf', objectKey: first?.objectKey }]);
    expect(again.errors).toBeUndefined();
  });

  it('come over the socket too', async () => {
    const { app } = api.api;
    const request: AskRequest = {
      agentUuid,
      userQuery: 'Read this',
      updatedBy: 'x',
      inputFiles: [large],
    };
    const { asyncTaskUuid } = await app
      .get(PartitionContext)
      .run(Partition.of('gpt', 'acme'), () => app.get(AskPort, { strict: false }).ask(request));
    expect(await shownFiles(acme, asyncTaskUuid)).toEqual([
      { filename: 'ü.pdf', objectKey: expect.stringContaining('input_files/') },
    ]);
  });

  it('come with executeAskModel, which stores them the same way', async () => {
    const { data } = await ask(acme, agentUuid, null);
    const { asyncTaskUuid, threadUuid, currentRunUuid: runUuid } = data.askModel;
    const given = { agentUuid, threadUuid, runUuid, userQuery: 'Q', updatedBy: 'x' };
    const execute = (inputFiles: unknown) =>
      acme(
        'mutation M($task: String!, $given: JSONCamelCase!) { executeAskModel(asyncTaskUuid: $task, arguments: $given) { ok } }',
        { task: asyncTaskUuid, given: { ...given, inputFiles } },
      );
    const running = execute([large]);
    for (let shown; !shown?.[0]?.objectKey;) shown = await shownFiles(acme, asyncTaskUuid);
    await acme(
      `mutation { insertUpdateAsyncTask(functionName: "async_execute_ask_model", asyncTaskUuid: "${asyncTaskUuid}", status: "completed", updatedBy: "x") { asyncTask { status } } }`,
    );
    expect((await running).data.executeAskModel).toEqual({ ok: true });
    expect((await execute([{ filename: '../x' }])).errors?.[0]?.extensions.code).toBe('argument.invalid');
  });

  it.each<[string, unknown, string]>([
    ['a path for a name', [{ ...small, filename: 'a/b' }], 'argument.invalid'],
    ['no base64', [{ ...small, encodedContent: '!' }], 'argument.invalid'],
    ['null', [null], 'argument.invalid'],
    ['too many', Array.from({ length: 11 }, () => small), 'argument.invalid'],
    ['a URL inside', [{ filename: 'a', fileUri: 'http://10.0.0.1/' }], 'egress.forbidden'],
    ['a key that leaves the partition', [{ filename: 'a', objectKey: '../globex/x' }], 'argument.invalid'],
  ])('are refused with %s, and nothing is written', async (_, files, code) => {
    const rows = () => acme('{ asyncTaskList(limit: 1) { total } threadList(limit: 1) { total } }');
    const before = [await rows(), await objects()];
    expect((await ask(acme, agentUuid, files)).errors?.[0]?.extensions.code).toBe(code);
    expect([await rows(), await objects()]).toEqual(before);
  });

  it('are not stored for an agent that is not there', async () => {
    const before = await objects();
    const { errors } = await ask(api.withKey('globex'), agentUuid, [large]);
    expect(errors?.[0]?.extensions.code).toBe('entity.notFound');
    expect(await objects()).toEqual(before);
  });
});

describe('an engine without a bucket', () => {
  it('takes small files and says that it cannot keep larger ones', async () => {
    const bare = await ApiFixture.start({ S3_BUCKET: '' });
    try {
      const client = bare.withKey('acme');
      const agent = await createAgent(client);
      expect((await ask(client, agent, [small])).errors).toBeUndefined();
      const { errors } = await ask(client, agent, [large]);
      expect(errors?.[0]?.extensions.code).toBe('storage.unavailable');
      const { data } = await client('{ asyncTaskList { total } threadList { total } }');
      expect(data).toEqual({ asyncTaskList: { total: 1 }, threadList: { total: 1 } });
    } finally {
      await bare.stop();
    }
  });
});
