import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import { testDatabase } from '@agent-engine/testing';
import { type FaultProxy, startFaultProxy } from '../proxy/fault-proxy.ts';
import { type Command, startCommand } from './command.ts';
import { crashPoints, killStorm } from './crash-points.ts';
import { zombie } from './zombie.ts';

const { client, endpoint, accessKeyId } = testDatabase();
const directory = mkdtempSync(join(tmpdir(), 'crash-'));
let proxy: FaultProxy;

/**
 * A job in plain HTTP, quick to start: counts `done` up to six, one read and one write each. The careful one says what it
 * found; the careless one adds, and so counts a step twice if it dies between the write and its answer.
 */
const job = (careful: boolean): Command => {
  const file = join(directory, `${careful}.mjs`);
  writeFileSync(
    file,
    `const call = async (operation, input) => {
       const response = await fetch(process.argv[2], { method: 'POST', body: JSON.stringify(input), headers: {
         'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.' + operation,
         authorization: 'AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0' } });
       if (!response.ok) throw new Error(await response.text());
       return response.json();
     };
     const Key = { id: { S: 'job' } };
     for (let step = 0; step < 6; ) {
       const { Item } = await call('GetItem', { TableName: 'work', Key, ConsistentRead: true });
       step = Number(Item?.step?.N ?? 0);
       if (step >= 6) break;
       const sum = Number(Item?.sum?.N ?? 0);
       ${
         careful
           ? `await call('PutItem', { TableName: 'work', Item: { ...Key, step: { N: String(step + 1) }, sum: { N: String(sum + 1) } } });`
           : `await call('UpdateItem', { TableName: 'work', Key, UpdateExpression: 'ADD #s :one', ExpressionAttributeNames: { '#s': 'sum' }, ExpressionAttributeValues: { ':one': { N: '1' } } });
              await call('UpdateItem', { TableName: 'work', Key, UpdateExpression: 'SET step = :step', ExpressionAttributeValues: { ':step': { N: String(step + 1) } } });`
       }
     }`,
  );
  return { file: process.execPath, args: [file, proxy.endpoint], env: processEnv() };
};

const sum = async () => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: 'work', Key: { id: { S: 'job' } }, ConsistentRead: true }),
  );
  return Number(Item?.sum?.N);
};
const clear = async () => {
  await client.send(new DeleteItemCommand({ TableName: 'work', Key: { id: { S: 'job' } } }));
};
const world = (careful: boolean) => async () => {
  await clear();
  const judge = async () => ((await sum()) === 6 ? undefined : `counted ${await sum()}`);
  return { proxy, command: job(careful), judge };
};
const options = { seed: 1, deaths: ['before', 'after'] } as const;

beforeAll(async () => {
  proxy = await startFaultProxy({ upstream: endpoint });
  await client.send(
    new CreateTableCommand({
      TableName: 'work',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
});
afterAll(() => proxy.stop());

describe('crash points', () => {
  it('are all calls of a run, and a command that survives them survives each', async () => {
    const told: number[] = [];
    const { calls, survived, left } = await crashPoints(
      { ...options, onPoint: ({ k }) => told.push(k) },
      world(true),
    );
    expect([calls, survived.length, left]).toEqual([13, 13, 0]);
    expect(told).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
  }, 60_000);

  it('of a sample are spread over the run', async () => {
    const { survived } = await crashPoints({ ...options, sample: 3 }, world(true));
    expect(survived.map(({ k }) => (k > 8 ? 'end' : k > 4 ? 'middle' : 'beginning'))).toEqual([
      'beginning',
      'middle',
      'end',
    ]);
  }, 60_000);

  it('find the call after which a careless command counts twice', async () => {
    await expect(crashPoints(options, world(false))).rejects.toThrow(/Seed 1, killed .*: counted [78]/);
  }, 60_000);

  it('end in time, and say what is left', async () => {
    const { left } = await crashPoints({ ...options, budgetMs: 1 }, world(true));
    expect(left).toBe(13);
  }, 60_000);

  it('come as a storm, too', async () => {
    await clear();
    const died = await killStorm({ ...options, proxy, command: job(true) }, 4, 8);
    expect(died.length).toBeGreaterThan(0);
    expect(await sum()).toBe(6);
  }, 60_000);
});

it('a zombie wakes up and goes on with what it knew', async () => {
  await clear();
  proxy.reset();
  const running = startCommand(job(true));
  // Its first read is done; then somebody else finishes the whole work.
  await zombie({ proxy, running, k: 1 }, async () => {
    const Item = { id: { S: 'job' }, step: { N: '6' }, sum: { N: '6' } };
    await client.send(new PutItemCommand({ TableName: 'work', Item }));
  });
  expect(await running.exit).toMatchObject({ code: 0 });
  expect(await sum()).toBe(6);
  // Nothing fenced it: it took the counter back to one, and went on from there.
  expect(proxy.log.operations.PutItem).toBe(6);
}, 60_000);
