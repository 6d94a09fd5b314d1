import { setTimeout as delay } from 'node:timers/promises';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type MigrationWorld, PREFIX, SUFFIX } from './migration.world.ts';
import { startWorker, stopWorker } from './worker.ts';

const WRITES_PER_SECOND = 200;
const SECONDS = 15;
/** How often a write is followed until it is in the target. */
const PROBE_MS = 250;

/**
 * Seconds from the answer to a write at the source until it can be read at the target, while 200 others per second
 * are written: not what the worker says of itself.
 */
export async function tailLags(world: MigrationWorld): Promise<number[]> {
  const worker = startWorker(world, ['run']);
  try {
    await reached(world, 'first');
    const end = performance.now() + SECONDS * 1_000;
    const [lags] = await Promise.all([probes(world, end), load(world, end)]);
    return lags;
  } finally {
    await stopWorker(worker);
  }
}

async function probes(world: MigrationWorld, end: number): Promise<number[]> {
  const lags: Promise<number>[] = [];
  for (let n = 0; performance.now() < end; n++) {
    lags.push(reached(world, `probe-${n}`));
    await delay(PROBE_MS);
  }
  return Promise.all(lags);
}

/** At its pace whatever single writes take: late ones are made up for. */
async function load(world: MigrationWorld, end: number): Promise<void> {
  const begun = performance.now();
  const under: Promise<void>[] = [];
  while (performance.now() < end) {
    const due = ((performance.now() - begun) / 1_000) * WRITES_PER_SECOND;
    while (under.length < due) under.push(write(world, `load-${under.length % 1_000}`));
    await delay(5);
  }
  await Promise.all(under);
}

async function reached(world: MigrationWorld, id: string): Promise<number> {
  await write(world, id);
  const written = performance.now();
  const Key = { partition_key: { S: 'acme#acme' }, thread_uuid: { S: id } };
  const TableName = `${PREFIX}threads${SUFFIX}`;
  for (;;) {
    const { Item } = await world.client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    if (Item) return (performance.now() - written) / 1_000;
    if (performance.now() - written > 60_000) throw new Error(`The write ${id} never reached the target.`);
    await delay(10);
  }
}

async function write({ client }: MigrationWorld, id: string): Promise<void> {
  await client.send(
    new PutItemCommand({
      TableName: `${PREFIX}threads`,
      Item: {
        endpoint_id: { S: 'acme' },
        thread_uuid: { S: id },
        agent_uuid: { S: 'agent-1' },
        user_id: { S: 'ann' },
        created_at: { S: '2024-01-01T00:00:00.000000+0000' },
        updated_at: { S: new Date().toISOString() },
      },
    }),
  );
}
