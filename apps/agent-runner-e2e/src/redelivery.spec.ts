import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { OpenAiScript } from '@agent-engine/testing';
import { answerFrames, expectOneAnswer, textOf } from './harness/frames.ts';
import { deadLetters, isQueueEmpty } from './harness/queue.ts';
import { ScriptedServers } from './harness/scripted-servers.ts';
import { acme, until, World } from './harness/world.ts';

describe('a runner that does not live to see the end', () => {
  let world: World;
  let servers: ScriptedServers;
  let model: ScriptedServers['model'];
  let tools: ScriptedServers['tools'];
  let script: OpenAiScript;
  const start = (env = {}) => world.startRunner({ ...servers.env, ...env });

  beforeAll(async () => {
    servers = await ScriptedServers.start(() => script);
    ({ model, tools } = servers);
    world = await World.create();
  });
  beforeEach(() => {
    servers.forget();
  });
  afterEach(() => world.stopRunners());
  afterAll(async () => {
    await world.stop();
    await servers.stop();
  });

  const slow = Array.from({ length: 500 }, (_, i) => `word ${i} `);

  it('killed in mid-answer: the next one answers, once and in order', async () => {
    script = (_request, index) =>
      index === 0 ? { text: slow, delayMs: 20 } : { text: ['The whole ', 'answer.'] };
    const first = await start();
    const agent = await world.createAgent(acme);
    const asked = await world.ask(acme, agent, 'First?');
    const following = await world.ask(acme, agent, 'Second?', { threadUuid: asked.threadUuid });
    await until(() => answerFrames(world.push.frames(asked.connectionId)).length > 3);
    await first.kill();
    expect(await world.task(asked)).toMatchObject({ status: 'in_progress' });

    await start();
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'The whole answer.' });
    await world.outcome(following);
    const { messages } = await world.records(asked);
    expect(messages.map(({ role, message }) => [role, message])).toEqual([
      ['user', 'First?'],
      ['assistant', 'The whole answer.'],
      ['user', 'Second?'],
      ['assistant', 'The whole answer.'],
    ]);
    await until(() => world.push.frames(asked.connectionId).some(({ type }) => type === 'result'));
    const frames = world.push.frames(asked.connectionId);
    expectOneAnswer(frames, `${asked.connectionId}-${asked.runUuid}`);
    expect(textOf(frames)).toMatch(/^word 0 .*The whole answer\.$/);
  });

  it('killed during a tool call: the call gets the same key and the same record', async () => {
    script = ({ body }) =>
      body.input.some((item) => item.type === 'function_call_output')
        ? { text: 'Done.' }
        : { toolCalls: [{ name: 'lookup', arguments: { n: 1 } }] };
    tools.setFault('hang', 'lookup');
    const first = await start();
    const asked = await world.ask(acme, await world.createAgent(acme), 'Look it up');
    await until(() => tools.calls.length === 1);
    await first.kill();
    expect((await world.records(asked)).toolCalls).toMatchObject([{ status: 'in_progress' }]);

    tools.setFault(undefined, 'lookup');
    await start();
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'Done.' });
    const { toolCalls } = await world.records(asked);
    expect(toolCalls).toMatchObject([{ status: 'completed', content: 'found it', notes: null }]);
    expect(tools.calls).toHaveLength(2);
    expect(tools.calls[0]?.meta?.idempotencyKey).toEqual(expect.any(String));
    expect(tools.calls[1]?.meta?.idempotencyKey).toBe(tools.calls[0]?.meta?.idempotencyKey);
  });

  it('stopped: finishes what it has begun, takes nothing new, and exits cleanly', async () => {
    script = () => ({ text: slow.slice(0, 50), delayMs: 20 });
    const first = await start();
    const agent = await world.createAgent(acme);
    const asked = await world.ask(acme, agent, 'Before?');
    await until(() => answerFrames(world.push.frames(asked.connectionId)).length > 1);
    const stopped = first.stop();
    await until(() => first.log().includes('stopping'));
    const late = await world.ask(acme, agent, 'After?');
    expect(await stopped).toBe(0);
    expect(await world.task(asked)).toMatchObject({
      status: 'completed',
      result: slow.slice(0, 50).join(''),
    });
    expect(await world.task(late)).toMatchObject({ status: 'initial' });
    await start();
    await world.outcome(late);
  });

  it('stopped without time to finish: gives the question back at once', async () => {
    script = (_request, index) => (index === 0 ? { silent: true } : { text: 'Taken over.' });
    const first = await start({ SHUTDOWN_GRACE: '100ms', VISIBILITY_TIMEOUT: '10m' });
    const asked = await world.ask(acme, await world.createAgent(acme), 'Well?');
    await until(() => model.requests.length === 1);
    expect(await first.stop()).toBe(0);
    await start();
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'Taken over.' });
  });

  it('keeps a question for longer than the visibility timeout while it works on it', async () => {
    script = () => ({ text: slow.slice(0, 100), delayMs: 60 });
    await Promise.all([start(), start()]);
    const asked = await world.ask(acme, await world.createAgent(acme), 'Take your time');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed' });
    expect(model.requests).toHaveLength(1);
  });

  it('sets messages aside that are no tasks, while others are answered', async () => {
    script = () => ({ text: 'Fine.' });
    const runner = await start();
    const { queueUrl: QueueUrl } = world.queues;
    for (const MessageBody of ['not json', JSON.stringify({ version: 99 })]) {
      await world.sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody,
          MessageGroupId: 'poison',
          MessageDeduplicationId: `${MessageBody.length}`,
        }),
      );
    }
    const asked = await world.ask(acme, await world.createAgent(acme), 'Still there?');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed' });
    const letters = await deadLetters(world, 2);
    expect(letters.map(({ body }) => body).sort()).toEqual(['not json', '{"version":99}']);
    for (const { reason } of letters) expect(reason).toMatch(/^message\.malformed: The task message .*\.$/);
    expect(runner.log()).toContain('is not JSON');
    await until(() => isQueueEmpty(world));
  });
});
