import { startOpenAiStandIn } from '@agent-engine/testing';
import { startCrashProxy } from './harness/crash-proxy.ts';
import { isQueueEmpty } from './harness/queue.ts';
import { acme, until, World } from './harness/world.ts';

it('a question without tools costs its runner so many calls of the database, and no more', async () => {
  const model = await startOpenAiStandIn({ script: () => ({ text: 'Fine.' }) });
  const world = await World.create();
  const proxy = startCrashProxy();
  await world.startRunner({
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'k',
    DYNAMODB_ENDPOINT: await proxy.urlOf(world.endpoints.dynamoDb),
    VISIBILITY_TIMEOUT: '60s',
  });
  const agent = await world.createAgent(acme);
  const asked = await world.ask(acme, agent, 'Well?');
  await world.outcome(asked);
  await until(() => isQueueEmpty(world));
  const operations = [...proxy.reads, ...proxy.calls].map((call) => call.split('.').at(-1) ?? '');
  const counted = [...new Set(operations)].sort().map((name) => {
    return [name, operations.filter((operation) => operation === name).length];
  });
  // Looks for wishes to cancel, twice a second and for all runs together, depend on how long it takes.
  expect(Object.fromEntries(counted.filter(([name]) => name !== 'BatchGetItem'))).toEqual({
    // task, thread, llm
    GetItem: 3,
    // question, step requested and finished, answer, usage
    PutItem: 5,
    // agent, messages, tool calls
    Query: 3,
    // lease taken and given back; task and run, each begun and ended
    UpdateItem: 6,
  });
  await Promise.all([world.stop(), model.stop(), proxy.stop()]);
});
