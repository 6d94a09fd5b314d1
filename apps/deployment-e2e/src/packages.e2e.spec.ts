import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { awsConfig } from '@agent-engine/config';
import { GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createModels, createTables, everyone } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import {
  createFileBucket,
  createTaskQueue,
  startAwsEmulator,
  startOpenAiStandIn,
  testDatabase,
} from '@agent-engine/testing';
import { Deployed } from './deployed.fixture.ts';
import { PackagedApp, unpack } from './packaged-app.fixture.ts';
import { recordCalls, type RecordedCalls, refused } from './recorded-calls.fixture.ts';
import { createDeployedTables } from './tables.fixture.ts';

const SECRET = 'a secret only API Gateway knows';
const database = testDatabase();
const acme = Partition.of('gpt', 'acme');
const stoppable: { stop(): unknown }[] = [];
let dev: Deployed;
let calls: { api: RecordedCalls; runner: RecordedCalls };
let api: PackagedApp;
let runner: PackagedApp;
let url: string;
let agentUuid: string;

/** API Gateway's side of the sockets: takes what is pushed to connections. */
class Management {
  readonly pushed: { connection: string; text: string }[] = [];
  readonly closed: string[] = [];
  private readonly server: Server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const connection = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
      if (request.method === 'DELETE') this.closed.push(connection);
      else this.pushed.push({ connection, text });
      response.end();
    })();
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** Frames of a connection as its client reads them: parsed twice. */
  frames(connection: string): Record<string, unknown>[] {
    return this.pushed
      .filter((one) => one.connection === connection)
      .map(({ text }) => JSON.parse(JSON.parse(text) as string) as Record<string, unknown>);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
const management = new Management();

beforeAll(async () => {
  dev = new Deployed('dev');
  const [emulator, openai, managementUrl] = await Promise.all([
    startAwsEmulator(),
    startOpenAiStandIn(),
    management.start(),
    createDeployedTables(database.client, dev),
  ]);
  calls = { api: await recordCalls(database.endpoint), runner: await recordCalls(database.endpoint) };
  stoppable.push(emulator, openai, management, calls.api, calls.runner);
  const [queues] = await Promise.all([
    createTaskQueue(emulator.endpoint),
    createFileBucket(emulator.endpoint, 'files'),
  ]);
  const here = {
    PATH: '/usr/bin:/bin',
    AWS_ACCESS_KEY_ID: database.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
    SQS_ENDPOINT: emulator.endpoint,
    S3_ENDPOINT: emulator.endpoint,
    TASK_QUEUE_URL: queues.queueUrl,
    S3_BUCKET: 'files',
    PUSH_SECRET: 'a push secret of the tests',
    OPENAI_BASE_URL: openai.baseUrl,
    OPENAI_API_KEY: 'test',
    EGRESS_ALLOW: '127.0.0.1',
    SHUTDOWN_GRACE: '5s',
  };
  const naming = awsConfig(dev.environment('agent-engine-dev-api'));
  const models = createModels(
    { ...naming, dynamodb: { ...naming.dynamodb, endpoint: database.endpoint } },
    database.client,
  );
  await models.llm.create(everyone, {
    llmProvider: 'openai',
    llmName: 'gpt',
    moduleName: 'openai_agent_handler',
    className: 'OpenAIEventHandler',
    updatedBy: 'test',
  });
  const agent = await models.agent.create(acme, {
    agentName: 'a',
    llmProvider: 'openai',
    llmName: 'gpt',
    configuration: { model: 'gpt' },
    updatedBy: 'test',
  });
  agentUuid = agent.agentUuid;
  api = new PackagedApp(unpack('api'), ['dist/main.js'], {
    ...dev.environment('agent-engine-dev-api'),
    ...here,
    DYNAMODB_ENDPOINT: calls.api.endpoint,
    PORT: '0',
    HOST: '127.0.0.1',
    API_KEYS: JSON.stringify([{ key: 'key-of-acme', endpoint_id: 'gpt', part_ids: ['acme'] }]),
    SOCKET_GATEWAY_URL: managementUrl,
    SOCKET_GATEWAY_SECRET: SECRET,
  });
  runner = new PackagedApp(unpack('agent-runner'), ['dist/main.js'], {
    ...dev.environment('agent-engine-dev-agent-runner'),
    ...here,
    DYNAMODB_ENDPOINT: calls.runner.endpoint,
    HEALTH_PORT: '0',
    HOST: '127.0.0.1',
  });
  const [{ port }] = await Promise.all([api.ready(), runner.ready()]);
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await Promise.all([api?.stop(), runner?.stop()]);
  for (const one of stoppable) await one.stop();
});

async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`It did not happen.\n${api.output}\n${runner.output}`);
}

async function graphql(query: string, variables: object = {}) {
  const response = await fetch(`${url}/gpt/ai_agent_core_graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'key-of-acme' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as { data: Record<string, Record<string, string>>; errors?: unknown };
}

const ASK = `query askModel($agentUuid: String!) {
  askModel(agentUuid: $agentUuid, userQuery: "Hello?", updatedBy: "test") { asyncTaskUuid functionName threadUuid }
}`;

/** An event as API Gateway posts it. */
function event(route: string, connection: string, body = '', secret = SECRET) {
  return fetch(`${url}/aws-sockets/${route}`, {
    method: 'POST',
    headers: { 'x-connection-id': connection, 'x-socket-secret': secret, 'content-type': 'text/plain' },
    body,
  });
}
const stream = (query: string, variables: object = {}) =>
  JSON.stringify({
    action: 'stream',
    funct: 'ai_agent_core_graphql',
    payload: JSON.stringify({ query, variables }),
  });

describe('the packaged API and runner', () => {
  it('answer a question, in the tables that are deployed', async () => {
    const { data, errors } = await graphql(ASK, { agentUuid });
    expect(errors).toBeUndefined();
    const { asyncTaskUuid, functionName } = data.askModel ?? {};
    const task = await eventually(async () => {
      const query = `query ($f: String!, $a: String!) { asyncTask(functionName: $f, asyncTaskUuid: $a) { status result notes } }`;
      const answer = await graphql(query, { f: functionName, a: asyncTaskUuid });
      const status = answer.data.asyncTask?.status;
      return status === 'completed' || status === 'failed' ? answer.data.asyncTask : undefined;
    });
    expect(task).toMatchObject({ status: 'completed', result: expect.stringMatching(/\S/) });
  });

  it('need no leave that their roles lack', async () => {
    await graphql('{ agentList { total agentList { agentName } } llmList { llmList { llmName } } }');
    await graphql(
      'mutation { insertUpdateThread: insertThread(agentUuid: "x", updatedBy: "t") { thread { threadUuid } } }',
    );
    await fetch(`${url}/health/ready`);
    expect(calls.api.needed.size).toBeGreaterThan(5);
    expect(calls.runner.needed.size).toBeGreaterThan(5);
    expect(refused(calls.api.needed, dev.statements('ApiTaskTaskRole'))).toEqual([]);
    expect(refused(calls.runner.needed, dev.statements('RunnerTaskTaskRole'))).toEqual([]);
    // And the roles differ: the check would notice.
    expect(refused(calls.api.needed, dev.statements('RunnerTaskTaskRole'))).not.toEqual([]);
  });
});

describe('a socket at API Gateway', () => {
  it('asks with the part of its credential and gets frames, encoded twice', async () => {
    expect((await event('connect?x-api-key=key-of-acme', 'c1')).status).toBe(200);
    expect((await event('message', 'c1', stream(ASK, { agentUuid }))).status).toBe(200);
    const end = await eventually(() =>
      management.frames('c1').find((frame) => frame.is_message_end === true),
    );
    expect(end.message_group_id).toMatch(/^c1-/);
    const text = management
      .frames('c1')
      .map((frame) => frame.chunk_delta)
      .join('');
    expect(text).toMatch(/\S/);
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', '{', /^request\.malformed: /],
    ['another action', '{"action":"drop"}', /^request\.malformed: .*drop/],
    ['another function', '{"action":"stream","funct":"x","payload":"{}"}', /^request\.malformed: /],
    ['no operation', stream(''), /^request\.malformed: /],
    ['an unknown field', stream('{ nothing }'), /nothing/],
    ['an unknown agent', stream(ASK, { agentUuid: 'nobody' }), /^entity\.notFound: /],
  ])('is told what is wrong with %s, and stays open', async (_what, message, detail) => {
    await event('connect?api_key=key-of-acme', 'c2');
    const before = management.frames('c2').length;
    expect((await event('message', 'c2', message)).status).toBe(200);
    const frame = await eventually(() => management.frames('c2')[before]);
    expect(frame).toMatchObject({ type: 'error', detail: expect.stringMatching(detail) });
    expect(management.closed).not.toContain('c2');
  });

  it.each([
    ['no credential', 'connect', 401],
    ['a wrong key', 'connect?x-api-key=nonsense', 401],
    ['another tenant', 'connect?x-api-key=key-of-acme&part_id=globex', 403],
    ['another endpoint', 'connect?x-api-key=key-of-acme&endpoint_id=other', 403],
    ['two parts', 'connect?x-api-key=key-of-acme&part_id=acme&partId=globex', 400],
  ])('is refused with %s', async (_what, route, status) => {
    expect((await event(route, 'c3')).status).toBe(status);
    await event('message', 'c3', stream('{ __typename }'));
    expect(await eventually(() => management.frames('c3').at(-1))).toMatchObject({ code: 'auth.required' });
  });

  it('is nobody’s once it is closed', async () => {
    await event('connect?x-api-key=key-of-acme', 'c4');
    await event('disconnect', 'c4');
    await event('message', 'c4', stream(ASK, { agentUuid }));
    expect(await eventually(() => management.frames('c4')[0])).toMatchObject({ code: 'auth.required' });
  });

  it.each(['connect?x-api-key=key-of-acme', 'message', 'disconnect'])(
    'cannot be spoken for by who lacks the secret (%s)',
    async (route) => {
      expect(
        (await event(route, 'c1', stream('{ __typename }'), 'a secret somebody has guessed')).status,
      ).toBe(403);
    },
  );
});

describe('the packaged migration worker', () => {
  it('moves rows between the deployed tables as the state machine has it do, and needs no leave its role lacks', async () => {
    const own = testDatabase();
    const staging = new Deployed('staging');
    const tables = await createDeployedTables(own.client, staging);
    expect(tables).toEqual(
      expect.arrayContaining(['aace-agents', 'aace-agents-pk', 'aace-migration_control']),
    );
    const row = { endpoint_id: 'gpt', agent_version_uuid: '1', agent_uuid: 'a', updated_at: '2024' };
    await own.client.send(new PutItemCommand({ TableName: 'aace-agents', Item: marshall(row) }));
    const recorded = await recordCalls(own.endpoint);
    stoppable.push(recorded);
    const given = staging.environment('agent-engine-staging-migration-worker');
    const config = JSON.parse(given.MIGRATION_CONFIG ?? '') as Record<'source' | 'target', object>;
    for (const side of ['source', 'target'] as const) {
      Object.assign(config[side], { endpoint: recorded.endpoint });
    }
    const folder = unpack('migration-worker');
    const command = async (...args: string[]) => {
      const worker = new PackagedApp(folder, ['dist/job.main.js', ...args], {
        ...given,
        MIGRATION_CONFIG: JSON.stringify({ ...config, audit: join(folder, 'audit.jsonl') }),
        AWS_ACCESS_KEY_ID: own.accessKeyId,
        AWS_SECRET_ACCESS_KEY: 'local',
      });
      const code = await worker.exit();
      expect({ args, code, output: worker.output }).toMatchObject({ code: 0 });
      return worker.output;
    };
    const planned = JSON.parse(await command('plan', '--json')) as { tables: object[] };
    expect(planned.tables).toContainEqual(expect.objectContaining({ table: 'agents', kind: 'rekey' }));
    await command('preflight', '--json');
    await command('run', '--until', 'caught-up');
    expect(JSON.parse(await command('verify', '--json'))).toMatchObject({ clean: true });
    // What the metric filters of the monitoring read.
    expect(JSON.parse(await command('status', '--json'))).toMatchObject({
      quarantine: 0,
      tables: { agents: { lagSeconds: expect.any(Number) } },
    });
    const { Item } = await own.client.send(
      new GetItemCommand({
        TableName: 'aace-agents-pk',
        Key: marshall({ partition_key: 'gpt#gpt', agent_version_uuid: '1' }),
      }),
    );
    expect(unmarshall(Item ?? {})).toMatchObject({ part_id: 'gpt', agent_uuid: 'a' });
    expect(recorded.needed.size).toBeGreaterThan(20);
    expect(refused(recorded.needed, staging.statements('CommandTaskTaskRole'))).toEqual([]);
  });

  it('says which variable is missing', async () => {
    const worker = new PackagedApp(unpack('migration-worker'), ['dist/job.main.js', 'plan'], {});
    expect(await worker.exit()).toBe(2);
    expect(worker.output).toContain('MIGRATION_CONFIG: is required');
  });
});

it('local tables are the deployed ones', async () => {
  const local = testDatabase();
  await createTables(local.client, { tablePrefix: 'aace-', tenantTableSuffix: '-pk' });
  const names = async (client: typeof local.client) =>
    (await client.send(new ListTablesCommand({}))).TableNames;
  expect(await names(local.client)).toEqual(await names(database.client));
});
