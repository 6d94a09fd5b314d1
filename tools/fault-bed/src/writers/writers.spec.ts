import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import { testDatabase } from '@agent-engine/testing';
import { checkHistory } from '../history/check-history.ts';
import { readWorld } from '../history/read-world.ts';
import { readWriteLogs } from '../history/write-log.ts';
import { seededPlan } from '../proxy/fault-plan.ts';
import { startFaultProxy } from '../proxy/fault-proxy.ts';
import { createLegacyTables, createTargetTables } from '../world/create-world.ts';
import { legacyRows, type WorldRow } from '../world/legacy-rows.ts';
import { legacyTenantMapping as mapping, legacyTenants } from '../world/mapping.ts';
import { writeRows } from '../world/seed-world.ts';
import { startFenceServer } from './fence-server.ts';
import { WriterSide } from './writer-side.ts';
import { Writers, type WritersOptions } from './writers.ts';

const directory = mkdtempSync(join(tmpdir(), 'writers-'));
let logs = 0;
const newLog = () => join(directory, `${++logs}.jsonl`);

async function world(count: number) {
  const database = testDatabase();
  const { client } = database;
  await createLegacyTables(client);
  const initial = [...legacyRows({ seed: logs + 1, count })];
  await writeRows(client, initial);
  const judge = async (log: string, side: 'source' | 'target' = 'source', rows: WorldRow[] = initial) =>
    checkHistory({
      writes: readWriteLogs([log]),
      initial: rows,
      final: readWorld({ client, side }),
      side,
      mapping,
    });
  return { ...database, initial, judge };
}

async function until(condition: () => boolean) {
  while (!condition()) await delay(20);
}

/** What a test that fails leaves running would keep the whole run from ending. */
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end().catch(() => undefined)));
});

async function start(options: WritersOptions): Promise<Writers> {
  const writers = await Writers.start(options);
  ends.push(() => writers.stop());
  return writers;
}

describe('writers', () => {
  it('do all that engines do, and their log explains every row', async () => {
    const { client, judge } = await world(500);
    const log = newLog();
    const at = new WriterSide('source', mapping);
    const writers = await start({ client, at, seed: 1, rate: 2000, log });
    await until(() => writers.stats.acknowledged >= 700);
    await writers.stop();
    expect(writers.stats).toMatchObject({ refused: 0 });
    const writes = readWriteLogs([log]);
    expect(writes.every(({ outcome }) => outcome === 'ack')).toBe(true);
    expect(new Set(writes.map(({ op }) => op)).size).toBe(8);
    expect(new Set(writes.map(({ table }) => table)).size).toBe(14);
    const verdict = await judge(log);
    expect(verdict.violations).toEqual([]);
    expect(verdict.acknowledged).toBe(writers.stats.acknowledged);
    // The judge is awake: without the last write of the log a row is as nobody said.
    const last = writes.findLast(({ image, table }) => image && table === 'agents');
    const { violations } = await checkHistory({
      writes: writes.filter((write) => write !== last),
      initial: legacyRows({ seed: 1, count: 0 }),
      final: readWorld({ client, side: 'source', tables: ['agents'] }),
      side: 'source',
      mapping,
      tables: ['agents'],
    });
    expect(violations.length).toBeGreaterThan(0);
  });

  it('write as today’s engine on the other side', async () => {
    const { client, judge } = await world(0);
    await createTargetTables(client);
    const log = newLog();
    const at = new WriterSide('target', mapping);
    const writers = await start({ client, at, seed: 2, rate: 2000, log, tenants: legacyTenants });
    await until(() => writers.stats.acknowledged >= 400);
    await writers.stop();
    expect(writers.stats).toMatchObject({ refused: 0 });
    const verdict = await judge(log, 'target', []);
    expect(verdict.violations).toEqual([]);
    expect(verdict.rows).toBeGreaterThan(50);
  });

  it('keep the truth when calls are dropped, repeated and refused', async () => {
    const { endpoint, accessKeyId, judge } = await world(200);
    const proxy = await startFaultProxy({ upstream: endpoint });
    ends.push(() => proxy.stop());
    const credentials = { accessKeyId, secretAccessKey: 'local' };
    const faulty = new DynamoDBClient({
      endpoint: proxy.endpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
    });
    const log = newLog();
    const at = new WriterSide('source', mapping);
    const writers = await start({ client: faulty, at, seed: 3, rate: 2000, log, tenants: legacyTenants });
    const weights = { drop: 3, cut: 1, throttle: 3, serverError: 2, duplicate: 1 };
    proxy.plan = seededPlan({ seed: 4, rate: 0.3, weights, upToMs: 0 });
    await until(() => writers.stats.acknowledged >= 200);
    await writers.stop();
    await proxy.settled();
    expect((await judge(log)).violations).toEqual([]);
    expect(Object.keys(proxy.log.faults).sort()).toEqual(Object.keys(weights).sort());
    faulty.destroy();
  });

  it('share rows so that each has one writer', async () => {
    const { client, initial } = await world(300);
    const at = new WriterSide('source', mapping);
    const paths = [newLog(), newLog()];
    const both = await Promise.all(
      paths.map((log, index) =>
        start({ client, at, seed: 5, rate: 500, log, name: `w${index}`, share: { index, of: 2 } }),
      ),
    );
    await until(() => both.every(({ stats }) => stats.acknowledged >= 150));
    await Promise.all(both.map((writers) => writers.stop()));
    const { violations } = await checkHistory({
      writes: readWriteLogs(paths),
      initial,
      final: readWorld({ client, side: 'source' }),
      side: 'source',
      mapping,
    });
    expect(violations).toEqual([]);
  });

  it('hold at a fence: nothing lands after it is up, and everything goes on when it is down', async () => {
    const { client } = await world(100);
    const at = new WriterSide('source', mapping);
    const writers = await start({ client, at, seed: 6, rate: 2000, log: newLog() });
    const server = await startFenceServer(writers);
    for (let round = 0; round < 3; round++) {
      const before = writers.stats.acknowledged;
      await until(() => writers.stats.acknowledged > before + 20);
      const answer = await fetch(`${server.url}/fence`, { method: 'POST' });
      const { acknowledged, fenced } = (await answer.json()) as { acknowledged: number; fenced: boolean };
      expect(fenced).toBe(true);
      await delay(100);
      expect(writers.stats.acknowledged).toBe(acknowledged);
      await fetch(`${server.url}/unfence`, { method: 'POST' });
    }
    await writers.stop();
    await server.stop();
  });
});

describe('writers as processes', () => {
  const script = (name: string) => new URL(name, import.meta.url).pathname;
  const condition = '--conditions=@agent-engine/source';

  it('are fenced by a command, stay fenced when they begin again, and leave a true log when killed', async () => {
    const { endpoint, accessKeyId, judge } = await world(150);
    const log = newLog();
    const file = join(directory, 'fence');
    const begin = async (name: string) => {
      const args = [
        ...['--endpoint', endpoint, '--log', log, '--name', name, '--rate', '300'],
        ...['--fence-file', file, '--seed', name],
      ];
      const env = { ...processEnv(), AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: 'local' };
      const child = spawn(process.execPath, [condition, script('writer.main.ts'), ...args], { env });
      ends.push(() => Promise.resolve(child.kill('SIGKILL')));
      let complaint = '';
      child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
      for await (const line of createInterface(child.stdout)) {
        return { child, url: (JSON.parse(line) as { url: string }).url };
      }
      throw new Error(`It ended: ${complaint}`);
    };
    const fence = async (...args: string[]) => {
      const child = spawn(process.execPath, [condition, script('fence.main.ts'), ...args], {
        stdio: 'inherit',
      });
      const [code] = (await once(child, 'exit')) as [number];
      return code;
    };
    const acknowledged = () => readWriteLogs([log]).filter(({ outcome }) => outcome === 'ack').length;
    const written = async (count: number) => {
      while (acknowledged() < count) await delay(50);
    };

    const first = await begin('first');
    await written(60);
    expect(await fence('hold', '--file', file, '--writer', 'first')).toBe(0);
    const held = acknowledged();
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await begin('second');
    await delay(300);
    expect(acknowledged()).toBe(held);
    expect(await fence('release', '--file', file)).toBe(0);
    await written(held + 60);
    second.child.kill('SIGKILL');
    await once(second.child, 'exit');
    const third = await begin('third');
    await written(acknowledged() + 30);
    third.child.kill('SIGTERM');
    await once(third.child, 'exit');
    expect((await judge(log)).violations).toEqual([]);
    expect(await fence('hold', '--file', file, '--writer', 'nobody', '--timeout', '50')).toBe(1);
  }, 60_000);
});
