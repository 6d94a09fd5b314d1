import { PutObjectCommand } from '@aws-sdk/client-s3';
import { isQueueEmpty } from './harness/queue.ts';
import { type SilentNetwork, startSilentNetwork } from './harness/silent-network.ts';
import { ScriptedServers } from './harness/scripted-servers.ts';
import { acme, until, World } from './harness/world.ts';

const DEADLINE_MS = 90_000;

describe('a run, while connections to AWS go silent', () => {
  let world: World;
  let servers: ScriptedServers;
  let network: SilentNetwork;
  let onAsked = () => {};

  beforeAll(async () => {
    servers = await ScriptedServers.start(() => () => {
      onAsked();
      return { text: ['Here ', 'I am.'], delayMs: 200 };
    });
    world = await World.create('as deployed');
    network = startSilentNetwork();
    const { dynamoDb, sqs } = world.endpoints;
    await world.startRunner({
      ...servers.env,
      DYNAMODB_ENDPOINT: await network.urlOf(dynamoDb),
      SQS_ENDPOINT: await network.urlOf(sqs),
      TASK_QUEUE_URL: await network.urlOf(world.queues.queueUrl),
      S3_ENDPOINT: await network.urlOf(sqs),
      RUN_DEADLINE: `${DEADLINE_MS}ms`,
    });
  });
  beforeEach(() => {
    onAsked = () => {};
    servers.forget();
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([servers.stop(), network.stop()]);
  });

  const timed = async (asked: Awaited<ReturnType<World['ask']>>) => {
    const begunAt = performance.now();
    const task = await world.outcome(asked);
    expect(performance.now() - begunAt).toBeLessThan(DEADLINE_MS);
    return task;
  };

  it('ends within its deadline, and is asked and recorded once', async () => {
    onAsked = network.goSilent;
    const asked = await world.ask(acme, await world.createAgent(acme), 'Are you there?');
    expect(await timed(asked)).toMatchObject({ status: 'completed', result: 'Here I am.' });
    expect(servers.model.requests).toHaveLength(1);
    const { messages, run } = await world.records(asked);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(run).toMatchObject({ status: 'completed' });
    await until(() => isQueueEmpty(world));
  });

  it('ends within its deadline, when new ones say nothing for a while', async () => {
    const agent = await world.createAgent(acme);
    await world.s3.send(
      new PutObjectCommand({ Bucket: 'files', Key: 'gpt/acme/input_files/1', Body: 'a report' }),
    );
    onAsked = () => {
      network.goSilent();
      network.takeAndSayNothing(true);
      setTimeout(() => network.takeAndSayNothing(false), 9_000);
    };
    const inputFiles = [{ filename: 'a.txt', object_key: 'input_files/1' }];
    const asked = await world.ask(acme, agent, 'And now?', { inputFiles });
    expect(await timed(asked)).toMatchObject({ status: 'completed', result: 'Here I am.' });
    await until(() => isQueueEmpty(world));
  });
});
