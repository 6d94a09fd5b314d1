import { messageGroup, TaskSender } from '@agent-engine/queue';
import { type OpenAiScript, startOpenAiStandIn } from '@agent-engine/testing';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expectOneAnswer, textOf } from './harness/frames.ts';
import { deadLetters, isQueueEmpty } from './harness/queue.ts';
import { ScriptedServers } from './harness/scripted-servers.ts';
import { acme, until, World } from './harness/world.ts';

describe('a run in the hands of several runners', () => {
  let world: World;
  let servers: ScriptedServers;
  let model: ScriptedServers['model'];
  let fallback: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  let tools: ScriptedServers['tools'];
  let script: OpenAiScript;
  const ask: OpenAiScript = ({ body }) =>
    body.input.some((item) => item.type === 'function_call_output')
      ? { text: 'There it is.' }
      : { text: 'Let me <b>look</b>.', toolCalls: [{ name: 'lookup', arguments: { n: 1 } }] };
  const start = (env = {}) => world.startRunner({ ...servers.env, ...env });

  beforeAll(async () => {
    servers = await ScriptedServers.start(() => script);
    ({ model, tools } = servers);
    fallback = await startOpenAiStandIn({ script: ask });
    world = await World.create();
  });
  beforeEach(() => {
    servers.forget();
    fallback.requests.length = 0;
  });
  afterEach(() => world.stopRunners());
  afterAll(async () => {
    await world.stop();
    await Promise.all([servers.stop(), fallback.stop()]);
  });

  it('goes on with the model it was on; a client of the second version keeps what stands', async () => {
    script = (_request, index) => (index === 0 ? { httpError: { status: 401 } } : { text: 'Not asked.' });
    const configuration = {
      fallbacks: [
        {
          llm_provider: 'openai',
          llm_name: 'gpt',
          configuration: { model: 'gpt-other', base_url: fallback.baseUrl, openai_api_key: 'other-key' },
        },
      ],
    };
    tools.setFault('hang', 'lookup');
    const first = await start();
    const agent = await world.createAgent(acme, { configuration });
    const asked = await world.ask(acme, agent, 'Look it up', { streamVersion: 2 });
    await until(() => tools.calls.length === 1);
    await first.kill();
    const frames = () => world.push.frames(asked.connectionId);
    const told = textOf(frames());
    expect(told).toBe('Let me <b>look</b>.');

    tools.setFault(undefined, 'lookup');
    await start();
    const { result } = await world.outcome(asked);
    expect(result).toBe('Let me <b>look</b>.\n\nThere it is.');
    await until(() => frames().some(({ type }) => type === 'run.finished'));
    expect([model.requests.length, fallback.requests.length]).toEqual([1, 2]);
    expect(fallback.requests[1]?.headers.authorization).toBe('Bearer other-key');
    expect((await world.records(asked)).run).toMatchObject({ status: 'completed', attempts: 2 });
    const resumed = frames().findIndex(({ type }) => type === 'run.resumed');
    expect(frames()[resumed]).toMatchObject({ run_uuid: asked.runUuid, text_length: told.length });
    expect(told.slice(0, told.length) + textOf(frames().slice(resumed))).toBe(result);
    expectOneAnswer(frames(), `${asked.connectionId}-${asked.runUuid}`);
  });

  it('delivered twice at once to two runners: one answer, and tools are called once', async () => {
    script = ask;
    await Promise.all([start({ RUNNER_CONCURRENCY: '1' }), start({ RUNNER_CONCURRENCY: '1' })]);
    const asked = await world.prepare(acme, await world.createAgent(acme), 'Look it up');
    const MessageBody = JSON.stringify(world.messageFor(asked));
    // Of one group they would come one after the other.
    const deliveries = ['one', 'two'].map((name) =>
      world.sqs.send(
        new SendMessageCommand({
          ...{ QueueUrl: world.queues.queueUrl, MessageBody },
          ...{ MessageGroupId: name, MessageDeduplicationId: `${asked.asyncTaskUuid}-${name}` },
        }),
      ),
    );
    await Promise.all(deliveries);
    const { result } = await world.outcome(asked);
    expect(result).toBe('Let me <b>look</b>.\n\nThere it is.');
    await until(() => isQueueEmpty(world));
    expect([model.requests.length, tools.calls.length]).toEqual([2, 1]);
    const { messages, toolCalls, run } = await world.records(asked);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(toolCalls).toMatchObject([{ status: 'completed', content: 'found it' }]);
    expect(run).toMatchObject({ status: 'completed', attempts: 1 });
    expectOneAnswer(world.push.frames(asked.connectionId), `${asked.connectionId}-${asked.runUuid}`);
  });

  it('that finish nothing is not handed on for ever', async () => {
    script = ask;
    const asked = await world.prepare(acme, await world.createAgent(acme), 'Look it up');
    const owner = await world.ownerOf(acme, asked.threadUuid);
    for (let attempt = 1; attempt <= 8; attempt++) {
      // As long as a runner lives that dies at once.
      const lease = { runUuid: asked.runUuid, leaseOwner: `runner ${attempt}`, leaseMs: -1 };
      expect(await world.models.runState.acquire(owner, lease)).toMatchObject({ attempts: attempt });
    }
    await start();
    await world.send(asked);
    expect((await world.outcome(asked)).notes).toMatch(/^run\.interrupted: /);
    expect((await world.records(asked)).run).toMatchObject({
      status: 'failed',
      errorCode: 'run.interrupted',
      attempts: 9,
    });
    expect(model.requests).toEqual([]);
  });

  it('whose asker died before its task was written ends, and keeps nobody waiting behind it', async () => {
    script = () => ({ text: 'Here.' });
    const runner = await start();
    const agent = await world.createAgent(acme);
    const first = await world.prepare(acme, agent, 'Lost?');
    const key = { functionName: 'async_execute_ask_model', asyncTaskUuid: first.asyncTaskUuid };
    const owner = await world.ownerOf(acme, first.threadUuid);
    await world.models.run.update(
      owner,
      { runUuid: first.runUuid },
      { asyncTaskUuid: first.asyncTaskUuid, status: 'queued', updatedBy: 'test' },
    );
    await world.models.asyncTask.delete(acme, key);
    await world.send(first);
    const next = await world.ask(acme, agent, 'Next?', { threadUuid: first.threadUuid });
    expect(await world.outcome(next)).toMatchObject({ status: 'completed', result: 'Here.' });
    expect(runner.log()).toContain('does not exist in its partition');
    expect((await world.records(first)).run).toMatchObject({
      status: 'failed',
      errorCode: 'run.interrupted',
    });
  });

  it('is begun when its task is written a moment after its message', async () => {
    script = () => ({ text: 'Here.' });
    await start();
    const asked = await world.prepare(acme, await world.createAgent(acme), 'Late?');
    const task = await world.task(asked);
    const key = { functionName: 'async_execute_ask_model', asyncTaskUuid: asked.asyncTaskUuid };
    await world.models.asyncTask.delete(acme, key);
    await world.send(asked);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await world.models.asyncTask.create(acme, { ...key, arguments: task?.arguments, updatedBy: 'asker' });
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'Here.' });
  });

  it('behind a message of its own thread that nobody can read is answered all the same', async () => {
    script = () => ({ text: 'Fine.' });
    const asked = await world.prepare(acme, await world.createAgent(acme), 'Well?');
    const message = world.messageFor(asked);
    await world.sqs.send(
      new SendMessageCommand({
        QueueUrl: world.queues.queueUrl,
        MessageBody: JSON.stringify({ ...message, version: 2 }),
        MessageGroupId: messageGroup(message),
        MessageDeduplicationId: 'from a newer API',
      }),
    );
    await new TaskSender(world.sqs, world.queues.queueUrl).send(message);
    await start();
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'Fine.' });
    const [letter] = await deadLetters(world, 1);
    expect(letter?.reason).toMatch(/^message\.malformed: .*version/);
  });
});
