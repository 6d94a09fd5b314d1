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
  afterAll(async () => {
    await world.stop();
    await Promise.all([servers.stop(), network.stop()]);
  });

  it('ends within its deadline and is recorded once, though new ones say nothing for a while either', async () => {
    await world.s3.send(
      new PutObjectCommand({ Bucket: 'files', Key: 'gpt/acme/input_files/1', Body: 'a report' }),
    );
    onAsked = () => {
      onAsked = () => {};
      network.goSilent();
      network.takeAndSayNothing(true);
      setTimeout(() => network.takeAndSayNothing(false), 9_000);
    };
    const agent = await world.createAgent(acme);
    const inputFiles = [{ filename: 'a.txt', object_key: 'input_files/1' }];
    const begunAt = performance.now();
    const asked = await Promise.all([
      world.ask(acme, agent, 'Are you there?'),
      world.ask(acme, agent, 'And now?', { inputFiles }),
    ]);
    for (const run of asked) {
      expect(await world.outcome(run)).toMatchObject({ status: 'completed', result: 'Here I am.' });
    }
    expect(performance.now() - begunAt).toBeLessThan(DEADLINE_MS);
    for (const run of asked) {
      const records = await world.records(run);
      expect(records.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
      expect(records.run).toMatchObject({ status: 'completed' });
    }
    await until(() => isQueueEmpty(world));
  });
});
