import { newUuid, Owner } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import type { OpenAiScript } from '@agent-engine/testing';
import type { ApiProcess, ClientSocket } from './harness/api-process.ts';
import { startCrashProxy } from './harness/crash-proxy.ts';
import { expectOneAnswer } from './harness/frames.ts';
import { isQueueEmpty } from './harness/queue.ts';
import { ScriptedServers } from './harness/scripted-servers.ts';
import { acme, until, World } from './harness/world.ts';

/** What a client of the API is told of a run. */
interface Told {
  status: string | null;
  finishReason: string | null;
  model: string | null;
  attempts: number | null;
  errorCode: string | null;
}

describe('a run as clients of the API see it', () => {
  let world: World;
  let api: ApiProcess;
  let servers: ScriptedServers;
  let tools: ScriptedServers['tools'];
  let script: OpenAiScript;
  let agentUuid: string;

  beforeAll(async () => {
    servers = await ScriptedServers.start(() => script);
    ({ tools } = servers);
    world = await World.create();
    [api, agentUuid] = await Promise.all([
      world.startApi(),
      world.createAgent(acme),
      world.startRunner(servers.env),
    ]);
  });
  beforeEach(() => {
    servers.forget();
  });
  afterAll(async () => {
    await world.stop();
    await servers.stop();
  });

  interface Run {
    threadUuid: string;
    runUuid: string;
    asyncTaskUuid: string;
  }

  async function ask(): Promise<Run> {
    const { data } = await api.query(
      'acme',
      'query ($agentUuid: String!) { askModel(agentUuid: $agentUuid, userQuery: "Well?", updatedBy: "spec") { threadUuid asyncTaskUuid runUuid: currentRunUuid } }',
      { agentUuid },
    );
    return data.askModel as Run;
  }

  async function told({ threadUuid, runUuid }: Pick<Run, 'threadUuid' | 'runUuid'>): Promise<Told> {
    const { data } = await api.query(
      'acme',
      'query ($threadUuid: String!, $runUuid: String!) { run(threadUuid: $threadUuid, runUuid: $runUuid) { status finishReason model attempts errorCode } }',
      { threadUuid, runUuid },
    );
    return data.run as Told;
  }

  const cancel = async (partId: string, { threadUuid, runUuid }: Pick<Run, 'threadUuid' | 'runUuid'>) => {
    const { data, errors } = await api.query(
      partId,
      'mutation ($threadUuid: String!, $runUuid: String!) { cancelRun(threadUuid: $threadUuid, runUuid: $runUuid) { ok run { status } } }',
      { threadUuid, runUuid },
    );
    return errors?.[0]?.extensions.code ?? (data.cancelRun as object);
  };

  const over = (run: Pick<Run, 'threadUuid' | 'runUuid'>) =>
    until(async () => !['queued', 'running'].includes((await told(run)).status ?? ''));

  const openToolCalls = async ({ threadUuid, runUuid }: Pick<Run, 'threadUuid' | 'runUuid'>) => {
    const { items } = await world.models.toolCall.list(await world.ownerOf(acme, threadUuid), { runUuid });
    expect(items.length).toBeGreaterThan(0);
    return items.filter(({ status }) => status !== 'completed' && status !== 'failed');
  };

  it('has a status, why it ended, and on which model, after how many attempts', async () => {
    script = () => ({ text: 'A beginning', end: 'length' });
    const cutOff = await ask();
    await over(cutOff);
    expect(await told(cutOff)).toEqual({
      status: 'completed',
      finishReason: 'length',
      model: expect.stringContaining('gpt'),
      attempts: 1,
      errorCode: null,
    });
    script = () => ({ httpError: { status: 401 } });
    const failed = await ask();
    await over(failed);
    expect(await told(failed)).toEqual({
      status: 'failed',
      finishReason: null,
      model: null,
      attempts: 1,
      errorCode: 'provider.authentication',
    });
  });

  it('is cancelled by its tenant, once or twice, and by nobody else', async () => {
    const call = { name: 'lookup', arguments: {} };
    script = () => ({ toolCalls: [call, call] });
    tools.setFault('hang', 'lookup');
    const run = await ask();
    await until(() => tools.calls.length === 2);
    expect(await told(run)).toMatchObject({ status: 'running', attempts: 1 });

    expect(await cancel('globex', run)).toBe('entity.notFound');
    expect(await cancel('acme', { ...run, runUuid: newUuid() })).toBe('entity.notFound');
    expect(await told(run)).toMatchObject({ status: 'running' });
    expect(await cancel('acme', run)).toMatchObject({ ok: true });
    expect(await cancel('acme', run)).toMatchObject({ ok: true });
    await over(run);
    expect(await told(run)).toMatchObject({ status: 'cancelled', errorCode: 'run.cancelled' });
    const stored = await world.models.run.get(await world.ownerOf(acme, run.threadUuid), run);
    expect(stored?.updatedSubject).toBe('user of acme');
    expect(await cancel('acme', run)).toEqual({ ok: false, run: { status: 'cancelled' } });
    expect(await openToolCalls(run)).toEqual([]);
    const taskOf = async () => {
      const { data } = await api.query(
        'acme',
        'query ($id: String!) { asyncTask(functionName: "async_execute_ask_model", asyncTaskUuid: $id) { status notes } }',
        { id: run.asyncTaskUuid },
      );
      return data.asyncTask as { status: string; notes: string };
    };
    await until(async () => (await taskOf()).status === 'failed');
    expect((await taskOf()).notes).toBe('run.cancelled: The run was cancelled.');
  });

  it('that has ended says so, and stays as it is', async () => {
    script = () => ({ text: 'Done.' });
    const run = await ask();
    await over(run);
    expect(await cancel('acme', run)).toEqual({ ok: false, run: { status: 'completed' } });
    expect(await told(run)).toMatchObject({ status: 'completed' });
  });

  it('does not stay open when the API dies after any of the calls that make it', async () => {
    script = () => ({ text: 'Fine.' });
    const points = [1, 2, 3, 4];
    const deaths = points.map(async (point) => {
      const partition = Partition.of('gpt', `asker-${point}`);
      const proxy = startCrashProxy();
      const dying = await world.startApi({
        DYNAMODB_ENDPOINT: await proxy.urlOf(world.endpoints.dynamoDb),
        SQS_ENDPOINT: await proxy.urlOf(world.endpoints.sqs),
      });
      const agent = await world.createAgent(partition);
      proxy.crashAt(point, () => dying.kill());
      const question = `query { askModel(agentUuid: "${agent}", userQuery: "Well?", updatedBy: "spec") { asyncTaskUuid } }`;
      await expect(dying.query(partition.partId, question)).rejects.toThrow();
      await proxy.stop();
      return partition;
    });
    const partitions = await Promise.all(deaths);
    await until(() => isQueueEmpty(world));
    const ends = await Promise.all(
      partitions.map(async (partition) => {
        const tasks = await world.models.asyncTask.list(partition, {});
        const [thread] = (await world.models.thread.list(partition, {})).items;
        const runs = thread && (await world.models.run.list(Owner.of(partition, thread), {}));
        return {
          tasks: tasks.items.map(({ status }) => status),
          runs: runs?.items.map(({ status }) => status) ?? [],
        };
      }),
    );
    // Message and thread are made first, then run and task. A task that was written is answered, and its run with it; a run
    // without one has failed.
    for (const { tasks, runs } of ends) {
      if (tasks.length === 0) expect(runs.filter((status) => status !== 'failed')).toEqual([]);
      else expect({ tasks, runs }).toEqual({ tasks: ['completed'], runs: ['completed'] });
    }
    expect(ends[0]).toEqual({ tasks: [], runs: [] });
    expect(ends.at(-1)).toEqual({ tasks: ['completed'], runs: ['completed'] });
  });

  describe('over a socket', () => {
    let socket: ClientSocket;
    let run: { threadUuid: string; runUuid: string };
    beforeEach(async () => {
      socket = await api.connect('acme');
      run = { threadUuid: newUuid(), runUuid: newUuid() };
      const call = { name: 'lookup', arguments: {} };
      script = (_request, index) => (index === 0 ? { toolCalls: [call] } : { text: 'Finished.' });
      tools.setFault('hang', 'lookup');
    });
    const askThere = async (values = {}) => {
      const { threadUuid: thread_uuid, runUuid: run_uuid } = run;
      socket.ask({ agent_uuid: agentUuid, thread_uuid, run_uuid, user_query: 'Well?', ...values });
      await until(() => tools.calls.length === 1);
    };

    it('ends it with one end frame when it is cancelled, and the socket takes the next question', async () => {
      await askThere();
      expect(await cancel('acme', run)).toMatchObject({ ok: true });
      await until(() => socket.frames.some(({ type }) => type === 'error'));
      const group = socket.frames.find(({ message_group_id: id }) => id)?.message_group_id ?? '';
      expectOneAnswer(socket.frames, group);
      expect(socket.frames.at(-1)).toMatchObject({ detail: expect.stringMatching(/^run\.cancelled: /) });
      expect(await openToolCalls(run)).toEqual([]);
      script = () => ({ text: 'And now?' });
      socket.ask({ agent_uuid: agentUuid, thread_uuid: run.threadUuid, user_query: 'Next?' });
      await until(() => socket.frames.some((frame) => frame.chunk_delta === 'And now?'));
      socket.close();
    });

    it('cancels it when it closes, and tells provider and tool', async () => {
      await askThere();
      socket.close();
      await over(run);
      expect(await told(run)).toMatchObject({ status: 'cancelled', errorCode: 'run.cancelled' });
      expect(await openToolCalls(run)).toEqual([]);
      await until(() => tools.calls.every(({ abortedByClient }) => abortedByClient));
    });

    it('lets it finish when it was asked to', async () => {
      tools.setFault({ slowMs: 1_500 }, 'lookup');
      await askThere({ on_disconnect: 'finish' });
      socket.close();
      await over(run);
      expect(await told(run)).toMatchObject({ status: 'completed' });
    });
  });
});
