import type { OpenAiScript } from '@agent-engine/testing';
import { expectOneAnswer } from './harness/frames.ts';
import { ScriptedServers } from './harness/scripted-servers.ts';
import { acme, type Asked, until, World } from './harness/world.ts';

describe('a run that somebody wants to end', () => {
  let world: World;
  let servers: ScriptedServers;
  let model: ScriptedServers['model'];
  let tools: ScriptedServers['tools'];
  let script: OpenAiScript;

  beforeAll(async () => {
    servers = await ScriptedServers.start(() => script);
    ({ model, tools } = servers);
    world = await World.create();
    await world.startRunner(servers.env);
  });
  beforeEach(() => {
    servers.forget();
  });
  afterAll(async () => {
    await world.stop();
    await servers.stop();
  });

  async function cancel({ partition, threadUuid, runUuid }: Asked, why: 'asked' | 'gone') {
    await world.models.runState.cancel(await world.ownerOf(partition, threadUuid), runUuid, why);
  }

  async function expectCancelled(asked: Asked): Promise<void> {
    expect(await world.outcome(asked)).toMatchObject({
      status: 'failed',
      notes: expect.stringMatching(/^run\.cancelled: [A-Z].*\.$/),
    });
    const { run, toolCalls } = await world.records(asked);
    expect(run).toMatchObject({ status: 'cancelled', errorCode: 'run.cancelled', attempts: 1 });
    expect(toolCalls.filter(({ status }) => status !== 'completed' && status !== 'failed')).toEqual([]);
    await until(() => world.push.frames(asked.connectionId).some(({ type }) => type === 'error'));
    expectOneAnswer(world.push.frames(asked.connectionId), `${asked.connectionId}-${asked.runUuid}`);
  }

  it('ends while its provider says nothing, and the provider notices', async () => {
    script = () => ({ silent: true });
    const asked = await world.ask(acme, await world.createAgent(acme), 'Well?');
    await until(() => model.requests.length === 1);
    await cancel(asked, 'asked');
    await expectCancelled(asked);
    await until(() => model.requests[0]?.abortedByClient === true);
  });

  it('ends while its tools run: they are told, no other starts, and their records are closed', async () => {
    const call = { name: 'lookup', arguments: {} };
    script = () => ({ toolCalls: [call, call, call] });
    tools.setFault('hang', 'lookup');
    const agent = await world.createAgent(acme, { configuration: { max_parallel_tools: 2 } });
    const asked = await world.ask(acme, agent, 'Look it up');
    await until(() => tools.calls.length === 2);
    await cancel(asked, 'asked');
    await expectCancelled(asked);
    await until(() => tools.calls.every(({ abortedByClient }) => abortedByClient));
    expect(tools.calls).toHaveLength(2);
    expect((await world.records(asked)).toolCalls.map(({ status }) => status)).toEqual(
      Array(3).fill('failed'),
    );
  });

  it('ends when its socket closes, though nothing was to be pushed; another agent lets it finish', async () => {
    let answer: () => void = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    script = async (_request, index) => {
      if (index > 0) await held;
      return index === 0 ? { silent: true } : { text: 'Finished.' };
    };
    const cancels = await world.ask(acme, await world.createAgent(acme), 'Well?');
    await until(() => model.requests.length === 1);
    await cancel(cancels, 'gone');
    await expectCancelled(cancels);

    const configuration = { on_disconnect: 'finish' };
    const finishes = await world.ask(acme, await world.createAgent(acme, { configuration }), 'Well?');
    await until(() => model.requests.length === 2);
    await cancel(finishes, 'gone');
    world.push.close(finishes.connectionId);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    answer();
    expect(await world.outcome(finishes)).toMatchObject({ status: 'completed', result: 'Finished.' });
  });

  it('does not begin when it was cancelled before a runner came to it', async () => {
    script = () => ({ text: 'Never said.' });
    const asked = await world.prepare(acme, await world.createAgent(acme), 'Well?');
    await cancel(asked, 'asked');
    await world.send(asked);
    await expectCancelled(asked);
    expect(model.requests).toEqual([]);
  });

  it('ends at the timeout of its agent, whatever stays silent', async () => {
    script = () => ({ silent: true });
    const configuration = { run_timeout_seconds: 1 };
    const asked = await world.ask(acme, await world.createAgent(acme, { configuration }), 'Well?');
    expect((await world.outcome(asked)).notes).toMatch(/^run\.timedOut: /);
    expect((await world.records(asked)).run).toMatchObject({ status: 'failed', errorCode: 'run.timedOut' });
  });
});
