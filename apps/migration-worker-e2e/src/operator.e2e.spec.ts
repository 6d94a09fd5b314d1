import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteItemCommand, PutItemCommand, ScanCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import {
  createLegacyTables,
  createTargetTables,
  legacyTenantMapping,
  seedLegacyWorld,
} from '@agent-engine/fault-bed';
import { runCli } from '@agent-engine/migration-worker';
import { testDatabase, type TestDatabase } from '@agent-engine/testing';

/** Of a test on a busy machine. */
const LIMIT_MS = 150_000;
const TABLES = ['elements', 'agents', 'threads'];
/** No partition can be made of it: the row goes to quarantine. */
const unmappable = (id: string) => ({ endpoint_id: { S: 'a#b' }, element_uuid: { S: id } });

let database: TestDatabase;
let directory: string;
let running: { stop: AbortController; ended: Promise<Said> }[];

interface Said {
  code: number;
  events: { event: string; [fact: string]: unknown }[];
  err: string;
}

beforeEach(async () => {
  database = testDatabase();
  Object.assign(processEnv(), { AWS_ACCESS_KEY_ID: database.accessKeyId, AWS_SECRET_ACCESS_KEY: 'local' });
  directory = await mkdtemp(join(tmpdir(), 'operator-'));
  running = [];
  await createLegacyTables(database.client, { tables: TABLES });
  await createTargetTables(database.client, { tables: TABLES });
  await seedLegacyWorld(database.client, { count: 60, tables: TABLES });
});
afterEach(async () => {
  for (const { stop, ended } of running) {
    stop.abort();
    await ended;
  }
  await rm(directory, { recursive: true, force: true });
});

/** @param hook what `hooks.onAlarm` does beside writing down that it was called */
async function configured({ hook = 'true', fence = 'true' } = {}): Promise<void> {
  await writeFile(
    join(directory, 'migration.json'),
    JSON.stringify({
      id: 'operator',
      source: { tablePrefix: 'aace-', endpoint: database.endpoint },
      target: { tablePrefix: 'aace-', tenantTableSuffix: '-pk' },
      tables: TABLES,
      mapping: legacyTenantMapping,
      cutover: { fence: { command: fence, unfence: 'true' }, budget: '20s' },
      hooks: { onAlarm: `echo "$MIGRATION_ALARM: $MIGRATION_MESSAGE" >> '${log()}'; ${hook}` },
      audit: join(directory, 'audit.jsonl'),
    }),
  );
}

const log = () => join(directory, 'alarms');
const called = (): string[] => (existsSync(log()) ? readFileSync(log(), 'utf8').trimEnd().split('\n') : []);

function start(...args: string[]): (typeof running)[number] & { said: Said } {
  const said: Said = { code: -1, events: [], err: '' };
  const stop = new AbortController();
  const ended = runCli(
    [...args, '--config', join(directory, 'migration.json')],
    {
      out: (text) => said.events.push(JSON.parse(text) as Said['events'][number]),
      err: (text) => void (said.err += text),
    },
    stop.signal,
  ).then((code) => Object.assign(said, { code }));
  const command = { stop, ended, said };
  running.push(command);
  return command;
}

const migrate = (...args: string[]): Promise<Said> => start(...args).ended;

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`After a minute still not so: ${what}`);
    await delay(50);
  }
}

const reached = ({ said }: { said: Said }, state: string) =>
  said.events.some((event) => event.event === 'state' && event.state === state);

describe('what a run tells, one JSON line per event', () => {
  it(
    'says states, progress with an estimate, steps, alarms, and how it ended',
    async () => {
      await configured();
      const { code, events } = await migrate('run', '--until', 'caught-up');
      expect(code).toBe(0);
      const states = events.filter(({ event }) => event === 'state').map(({ state }) => state);
      expect(states.at(-1)).toBe('VERIFIED');
      expect(events.find(({ event }) => event === 'progress')).toMatchObject({
        percent: expect.any(Number) as number,
        tables: { elements: { kind: 'rekey', percent: expect.any(Number) as number } },
        workers: expect.any(Number) as number,
      });
      const last = events.filter(({ event }) => event === 'progress').at(-1);
      expect(last).toMatchObject({ percent: 100, etaSeconds: 0, etaInterval: [0, 0] });
      expect(events.at(-1)).toMatchObject({ event: 'end', command: 'run', state: 'VERIFIED' });
      const cutover = await migrate('cutover');
      expect(cutover.events.filter(({ event }) => event === 'step').map(({ step }) => step)).toEqual([
        'comparing what has changed since it was compared last',
        'stopping writers',
        'reading every shard to its end',
        'comparing the last changed rows',
      ]);
      expect(cutover.events.at(-1)).toMatchObject({ event: 'end', command: 'cutover', state: 'SOAK' });
      expect(called()).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('the alarm hook', () => {
  it(
    'is called once, whoever sees the alarm, and again when it has grown',
    async () => {
      await configured();
      const workers = [start('run')];
      await until('the first worker has verified', () => reached(workers[0]!, 'VERIFIED'));
      workers.push(start('run'));
      await until('the second worker looks on', () => reached(workers[1]!, 'VERIFIED'));
      await database.client.send(new PutItemCommand({ TableName: 'aace-elements', Item: unmappable('1') }));
      const sawIt = (count: number) => () =>
        workers.every(
          ({ said }) =>
            said.events.filter(({ event, alarm }) => event === 'alarm' && alarm === 'quarantine').length >=
            count,
        );
      await until('both have said so', sawIt(1));
      await delay(2_500);
      expect(called()).toEqual(['quarantine: 1 row could not be carried over']);
      await Promise.all(
        ['2', '3'].map((id) =>
          database.client.send(new PutItemCommand({ TableName: 'aace-elements', Item: unmappable(id) })),
        ),
      );
      await until('both have said so again', sawIt(2));
      await delay(2_500);
      expect(called()).toHaveLength(2);
      expect(called()[1]).toMatch(/^quarantine: [23] rows could not be carried over$/);
    },
    LIMIT_MS,
  );

  it(
    'has no veto, and nobody waits for it: that it fails, or hangs, is logged and in the audit',
    async () => {
      await configured({ hook: 'case $MIGRATION_ALARM in quarantine) exit 3;; *) sleep 600;; esac' });
      const run = start('run');
      await until('it has verified', () => reached(run, 'VERIFIED'));
      await database.client.send(new PutItemCommand({ TableName: 'aace-elements', Item: unmappable('1') }));
      const audit = () => readFileSync(join(directory, 'audit.jsonl'), 'utf8');
      await until('the failure is in the audit', () => audit().includes('"hook failed"'));
      expect(audit()).toMatch(/"hook":"onAlarm","alarm":"quarantine","failure":"exit code 3"/);
      expect(run.said.err).toContain('the hook onAlarm failed');
      // And now one that hangs, at the end of a command.
      await database.client.send(
        new UpdateTableCommand({ TableName: 'aace-elements', StreamSpecification: { StreamEnabled: false } }),
      );
      const { code } = await run.ended;
      expect(code).toBe(7);
      expect(called().filter((line) => line.startsWith('stream-gap'))).toHaveLength(1);
      expect(audit()).toMatch(/"alarm":"stream-gap","failure":"it did not end in time"/);
      // Whoever comes next finds the gap, and that somebody was told of it.
      expect((await migrate('run')).code).toBe(7);
      expect(called().filter((line) => line.startsWith('stream-gap'))).toHaveLength(1);
    },
    LIMIT_MS,
  );

  it(
    'tells of differences, and of a cutover that was called off',
    async () => {
      await configured({ fence: 'exit 9' });
      expect((await migrate('run', '--until', 'caught-up')).code).toBe(0);
      const aborted = await migrate('cutover');
      expect(aborted.code).toBe(5);
      expect(aborted.events.filter(({ event }) => event === 'alarm')).toMatchObject([{ alarm: 'aborted' }]);
      const [row] = await rowsOf('aace-elements-pk');
      await database.client.send(
        new DeleteItemCommand({
          TableName: 'aace-elements-pk',
          Key: { partition_key: row!.partition_key!, element_uuid: row!.element_uuid! },
        }),
      );
      expect((await migrate('verify')).code).toBe(4);
      expect(called()).toEqual([
        expect.stringMatching(/^aborted: cutover: The cutover was called off.*exit code 9/),
        expect.stringMatching(/^differences: verify: .* 1 different, 0 repaired: not clean$/),
      ]);
    },
    LIMIT_MS,
  );
});

it(
  'goes back without a row that has no legacy key once its loss is accepted, and not before',
  async () => {
    await configured();
    expect((await migrate('run', '--until', 'caught-up')).code).toBe(0);
    expect((await migrate('cutover')).code).toBe(0);
    const run = start('run');
    await database.client.send(
      new PutItemCommand({
        TableName: 'aace-elements-pk',
        Item: { partition_key: { S: 'new#tenant' }, element_uuid: { S: '1' } },
      }),
    );
    await until('it is said', () => run.said.events.some(({ alarm }) => alarm === 'lossy'));
    expect((await migrate('rollback')).code).toBe(8);
    const back = await migrate('rollback', '--accept-loss');
    expect(back).toMatchObject({ code: 0 });
    expect(called()[0]).toMatch(/^lossy: elements: .*new#tenant.* has no legacy key/);
  },
  LIMIT_MS,
);

async function rowsOf(TableName: string) {
  return (await database.client.send(new ScanCommand({ TableName }))).Items ?? [];
}
