import { setTimeout as delay } from 'node:timers/promises';
import { Partition, PartitionContext } from '@agent-engine/partition';
import { newUuid } from '@agent-engine/models';
import { AskPort, type AskRequest } from '@agent-engine/api';
import { ApiFixture, type Client } from './api.fixture.ts';

let api: ApiFixture;
let acme: Client;
let agentUuid: string;
const partition = Partition.of('gpt', 'acme');

beforeAll(async () => {
  api = await ApiFixture.start();
  acme = api.withKey('acme');
  const { data } = await acme(
    'mutation { insertUpdateAgent(agentName: "S", llmProvider: "p", llmName: "n", updatedBy: "x") { agent { agentUuid } } }',
  );
  agentUuid = data.insertUpdateAgent.agent.agentUuid;
});
afterAll(() => api.stop());

const ask = (client: Client, values = '') =>
  client(
    `{ askModel(agentUuid: "${agentUuid}", userQuery: "How are you?", updatedBy: "spec" ${values}) { agentUuid threadUuid userQuery functionName asyncTaskUuid currentRunUuid } }`,
  );

describe('askModel', () => {
  it('writes thread, run and task, and queues ids only', async () => {
    api.databaseCalls();
    const { data, errors } = await ask(acme);
    expect(errors).toBeUndefined();
    expect(api.databaseCalls()).toEqual(['PutItem', 'PutItem', 'PutItem', 'Query']);
    const { threadUuid, asyncTaskUuid, currentRunUuid } = data.askModel;
    expect(data.askModel).toMatchObject({
      agentUuid,
      userQuery: 'How are you?',
      functionName: 'async_execute_ask_model',
    });
    expect(await api.queued()).toEqual([
      {
        version: 1,
        requestId: expect.any(String),
        endpointId: 'gpt',
        partId: 'acme',
        threadUuid,
        agentUuid,
        runUuid: currentRunUuid,
        asyncTaskUuid,
      },
    ]);
    const { data: task } = await acme(
      `{ asyncTask(functionName: "async_execute_ask_model", asyncTaskUuid: "${asyncTaskUuid}") { status arguments } run(threadUuid: "${threadUuid}", runUuid: "${currentRunUuid}") { totalTokens } }`,
    );
    expect(task).toEqual({
      asyncTask: {
        status: 'initial',
        arguments: {
          agentUuid,
          threadUuid,
          runUuid: currentRunUuid,
          userQuery: 'How are you?',
          stream: false,
          updatedBy: 'spec',
        },
      },
      run: { totalTokens: 0 },
    });
  });

  it('sends the message again when writing took so long that a runner may have given it up', async () => {
    await api.queued();
    api.beforeCall = async ({ command, table }) => {
      if (command === 'PutItem' && table.endsWith('async_tasks')) await delay(5_100);
    };
    const { data } = await ask(acme);
    api.beforeCall = () => Promise.resolve();
    const message = expect.objectContaining({ asyncTaskUuid: data.askModel.asyncTaskUuid }) as unknown;
    expect(await api.queued()).toEqual([message, message]);
  });

  it('refuses a run that exists before anything is queued', async () => {
    const { threadUuid, currentRunUuid } = (await ask(acme)).data.askModel;
    await api.queued();
    const { app } = api.api;
    const again = app.get(PartitionContext).run(partition, () =>
      app.get(AskPort, { strict: false }).ask({
        ...{ agentUuid, threadUuid, runUuid: currentRunUuid, userQuery: 'Again?', updatedBy: 'x' },
      }),
    );
    await expect(again).rejects.toMatchObject({ code: 'entity.conflict' });
    expect(await api.queued()).toEqual([]);
  });

  it('continues a thread by id, and the newest of a user while it lives', async () => {
    const first = (await ask(acme, ', userId: "u1"')).data.askModel.threadUuid;
    expect((await ask(acme, `, threadUuid: "${first}"`)).data.askModel.threadUuid).toBe(first);
    expect((await ask(acme, ', userId: "u1"')).data.askModel.threadUuid).toBe(first);
    expect((await ask(acme, ', userId: "u1", threadLifeMinutes: 0')).data.askModel.threadUuid).not.toBe(
      first,
    );
  });

  it('never takes a thread of another user, or of any user for nobody', async () => {
    const first = (await ask(acme, ', userId: "u2"')).data.askModel.threadUuid;
    for (const who of [', userId: null', '', ', userId: "u3"']) {
      expect((await ask(acme, who)).data.askModel.threadUuid).not.toBe(first);
    }
    const { errors } = await ask(acme, `, threadUuid: "${first}", userId: "u3"`);
    expect(errors?.[0]).toMatchObject({
      message: 'There is no such thread.',
      extensions: { code: 'entity.notFound' },
    });
  });

  it.each([
    ['an unknown thread', ', threadUuid: "0"', 'entity.notFound'],
    ['a file without content', ', inputFiles: [{ filename: "a" }]', 'argument.invalid'],
  ])('refuses %s and queues nothing', async (_what, values, code) => {
    await api.queued();
    const { errors } = await ask(acme, values);
    expect(errors?.[0]?.extensions.code).toBe(code);
    expect(await api.queued()).toEqual([]);
  });

  it('refuses unknown agents, of another tenant too, and empty or endless questions', async () => {
    const question = (uuid: string, userQuery: string) => ({ agentUuid: uuid, userQuery });
    const query =
      'query Q($agentUuid: String!, $userQuery: String!) { askModel(agentUuid: $agentUuid, userQuery: $userQuery, updatedBy: "x") { threadUuid } }';
    const code = async (client: Client, variables: Record<string, unknown>) =>
      (await client(query, variables)).errors?.[0]?.extensions.code;
    expect(await code(acme, question('nobody', 'Hi'))).toBe('entity.notFound');
    expect(await code(api.withKey('globex'), question(agentUuid, 'Hi'))).toBe('entity.notFound');
    expect(await code(acme, question(agentUuid, '  '))).toBe('argument.invalid');
    expect(await code(acme, question(agentUuid, 'x'.repeat(120_001)))).toBe('argument.tooLarge');
  });
});

describe('a thread id chosen by the client', () => {
  const request = (values: Partial<AskRequest>): AskRequest => ({
    agentUuid,
    userQuery: 'Hi',
    updatedBy: 'x',
    createThread: true,
    ...values,
  });
  const as = (partId: string, values: Partial<AskRequest>) => {
    const { app } = api.api;
    return app
      .get(PartitionContext)
      .run(Partition.of('gpt', partId), () => app.get(AskPort, { strict: false }).ask(request(values)));
  };

  it('is created by the first question and continued by the next, also when both come at once', async () => {
    const threadUuid = newUuid();
    const answers = await Promise.all([
      as('acme', { threadUuid }),
      as('acme', { threadUuid }),
      as('acme', { threadUuid }),
    ]);
    expect(answers.map((answer) => answer.threadUuid)).toEqual([threadUuid, threadUuid, threadUuid]);
  });

  it('does not let anybody in among the rows of another tenant', async () => {
    const { threadUuid, currentRunUuid } = await as('acme', { threadUuid: newUuid() });
    const globex = api.withKey('globex');
    const { data } = await globex(
      'mutation { insertUpdateAgent(agentName: "G", llmProvider: "p", llmName: "n", updatedBy: "x") { agent { agentUuid } } }',
    );
    const theirs = data.insertUpdateAgent.agent.agentUuid as string;
    await expect(as('globex', { threadUuid, agentUuid: theirs })).rejects.toMatchObject({
      code: 'entity.notFound',
    });
    // Even with a thread row of the same id in its own partition, the other tenant's rows do not exist for it.
    await api.models.thread.create(Partition.of('gpt', 'globex'), { threadUuid, agentUuid: theirs });
    const seen = await globex(
      `{ runList(threadUuid: "${threadUuid}") { total runList { runUuid } } run(threadUuid: "${threadUuid}", runUuid: "${currentRunUuid}") { runUuid } }`,
    );
    expect(seen.data).toEqual({ runList: { total: 0, runList: [] }, run: null });
    const { errors } = await globex(
      `mutation { insertUpdateRun(threadUuid: "${threadUuid}", runUuid: "${currentRunUuid}", runId: "stolen", updatedBy: "x") { run { runId } } }`,
    );
    expect(errors?.[0]?.extensions.code).toBe('entity.notFound');
    const owner = await api.models.ownerOf(partition, threadUuid);
    expect(owner && (await api.models.run.get(owner, { runUuid: currentRunUuid }))?.runId).toBeNull();
  });
});

describe('without a queue', () => {
  it('fails the question and its task, and says so', async () => {
    await api.stopQueue();
    const { errors } = await ask(acme);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'queue.unavailable' } });
    expect(errors?.[0]?.message).not.toMatch(/ECONN|127\.0\.0\.1|SQS/);
    const { data } = await acme('{ asyncTaskList(limit: 1) { asyncTaskList { status notes } } }');
    expect(data.asyncTaskList.asyncTaskList[0]).toEqual({
      status: 'failed',
      notes: expect.stringContaining('queue.unavailable: '),
    });
  });
});
