import { setTimeout as delay } from 'node:timers/promises';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { migrationControlTable } from '@agent-engine/entities';
import { awaitFence, RouteStore } from '@agent-engine/migration-route';
import {
  type OpenAiScript,
  type RecordingProxy,
  startOpenAiStandIn,
  startRecordingProxy,
} from '@agent-engine/testing';
import { answerFrames } from './harness/frames.ts';
import type { RunnerProcess } from './harness/runner-process.ts';
import { acme, until, World } from './harness/world.ts';

const control = migrationControlTable({ tablePrefix: 'aace-' });

describe('a runner during a migration', () => {
  let world: World;
  let model: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  let proxy: RecordingProxy;
  let store: RouteStore;
  let script: OpenAiScript;
  let epoch = 0;

  beforeAll(async () => {
    model = await startOpenAiStandIn({
      script: (request, index) => {
        if (typeof script !== 'function') throw new Error('no script');
        return script(request, index);
      },
    });
    world = await World.create();
    const { client, endpoint } = world.database;
    await client.send(new CreateTableCommand(control));
    store = new RouteStore(client, { table: control.TableName, migrationId: 'm1' });
    proxy = await startRecordingProxy(endpoint);
  });
  afterEach(() => world.stopRunners());
  afterAll(async () => {
    await world.stop();
    await Promise.all([model.stop(), proxy.stop()]);
  });

  const change = async (side: 'source' | 'target', writes: 'open' | 'closed') => {
    ({ epoch } = await store.change(epoch, { side, writes }));
  };
  const start = (): Promise<RunnerProcess> =>
    world.startRunner({
      DYNAMODB_ENDPOINT: proxy.endpoint,
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_API_KEY: 'k',
      MIGRATION_ID: 'm1',
      MIGRATION_FENCE_WAIT: '200ms',
    });
  const callsToTables = () => proxy.calls.filter(({ tables }) => !tables.includes(control.TableName));
  const inFlight = async () => {
    const { Attributes } = await world.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: world.queues.queueUrl, AttributeNames: ['All'] }),
    );
    return Attributes?.ApproximateNumberOfMessagesNotVisible;
  };

  it('takes nothing and touches no table before OPEN, and answers what has waited after it', async () => {
    script = () => ({ text: 'Here now.' });
    const runner = await start();
    const asked = await world.ask(acme, await world.createAgent(acme), 'Anybody?');
    await until(async () => (await store.instances()).length === 1);
    await delay(1_500);
    expect(await inFlight()).toBe('0');
    expect(callsToTables()).toEqual([]);
    await change('target', 'open');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'Here now.' });
    expect(await runner.stop()).toBe(0);
    expect(await store.instances()).toEqual([]);
  });

  it('gives a run back whose write meets the fence, leaves it alone at the source, and finishes it later', async () => {
    script = () => ({ text: Array.from({ length: 40 }, (_, i) => `word ${i} `), delayMs: 25 });
    const runner = await start();
    const asked = await world.ask(acme, await world.createAgent(acme), 'A long one, please');
    await until(() => answerFrames(world.push.frames(asked.connectionId)).length > 3);
    await change('target', 'closed');
    expect(await awaitFence(store, epoch)).toMatchObject({ by: 'acks' });
    await until(() => runner.log().includes('migration.fenced'));
    expect(await world.task(asked)).toMatchObject({ status: 'in_progress', notes: null });

    await change('source', 'open');
    await awaitFence(store, epoch);
    const before = callsToTables().length;
    await delay(1_000);
    expect(callsToTables()).toHaveLength(before);

    await change('target', 'open');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', notes: null });
    const { messages } = await world.records(asked);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    const failures = world.push.frames(asked.connectionId).filter(({ type }) => type === 'error');
    expect(failures).toEqual([]);
  });
});
