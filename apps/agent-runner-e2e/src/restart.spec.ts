import { expectOneAnswer } from './harness/frames.ts';
import { ScriptedServers } from './harness/scripted-servers.ts';
import { acme, globex, until, World } from './harness/world.ts';

/** The contract: of the restart, whatever the runner was doing when it was killed. */
const RESUMED_WITHIN_MS = 30_000;

describe('a runner with the settings it has by default', () => {
  let world: World;
  let servers: ScriptedServers;
  const slow = Array.from({ length: 500 }, (_, i) => `word ${i} `);

  beforeAll(async () => {
    servers = await ScriptedServers.start(() => (_request, index) => {
      if (index < 3) return { text: slow, delayMs: 20 };
      return { text: ['The whole ', 'answer.'] };
    });
    world = await World.create('as deployed');
  });
  afterAll(async () => {
    await world.stop();
    await servers.stop();
  });

  it('killed in mid-answer and started again goes on with every run within 30 s', async () => {
    const runner = await world.startRunner(servers.env);
    const asked = await Promise.all(
      [acme, acme, globex].map(async (partition) =>
        world.ask(partition, await world.createAgent(partition), 'Well?'),
      ),
    );
    // Just begun: of all moments the one after which a run is held the longest.
    await until(() => asked.every(({ connectionId }) => world.push.frames(connectionId).length > 1));
    await runner.kill();

    const restartedAt = performance.now();
    await world.startRunner(servers.env);
    await until(() => servers.model.requests.length >= 6);
    const resumedAfterMs = performance.now() - restartedAt;
    for (const run of asked) {
      expect(await world.outcome(run)).toMatchObject({ status: 'completed', result: 'The whole answer.' });
      expect((await world.records(run)).run).toMatchObject({ status: 'completed', attempts: 2 });
      const frames = () => world.push.frames(run.connectionId);
      await until(() => frames().some(({ type }) => type === 'result'));
      expectOneAnswer(frames(), `${run.connectionId}-${run.runUuid}`);
    }
    expect(servers.model.requests).toHaveLength(6);
    expect(resumedAfterMs).toBeLessThan(RESUMED_WITHIN_MS);
  });
});
