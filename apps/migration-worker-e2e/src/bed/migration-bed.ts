import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import {
  type Call,
  checkHistory,
  type Command,
  compareWorlds,
  createLegacyTables,
  createTargetTables,
  differenceCounts,
  type Exit,
  type FaultProxy,
  type FaultProxyOptions,
  legacyRows,
  legacyTenantMapping,
  readWorld,
  readWriteLogs,
  type RunningCommand,
  type Side,
  type Violation,
  startCommand,
  startFaultProxy,
  startFenceServer,
  type WorldRow,
  writeRows,
  WriterSide,
  Writers,
  type WritersOptions,
} from '@agent-engine/fault-bed';
import { runCli } from '@agent-engine/migration-worker';
import { testDatabase, type TestDatabase } from '@agent-engine/testing';
import { type BedConfig, configText, type FenceConfig } from './bed-config.ts';
import type { MigrationStatus } from './migration-status.ts';

export interface BedOptions extends BedConfig {
  seed: number | string;
  rows: number;
  misfits?: number;
  proxy?: Omit<FaultProxyOptions, 'upstream'>;
}

/** What a command that was run inside the test said. */
export interface Said {
  code: number;
  out: string;
  err: string;
}

const WORKER = new URL('../../../migration-worker/src/main.ts', import.meta.url).pathname;
const FENCE = new URL('../../../../tools/fault-bed/src/writers/fence.main.ts', import.meta.url).pathname;
const SOURCES = '--conditions=@agent-engine/source';
const UNTENANTED = /^(llms|ui_components|wizard_schemas)$/;

/** A legacy world in a database of its own, its writers, and the migration as processes behind the fault proxy. */
export class MigrationBed {
  readonly mapping = legacyTenantMapping;
  readonly database: TestDatabase;
  readonly proxy: FaultProxy;
  readonly options: BedOptions;
  initial: readonly WorldRow[] = [];
  private readonly directory: string;
  private readonly logs: string[] = [];
  private readonly ends: (() => Promise<unknown>)[] = [];
  private fence: FenceConfig = { command: 'true', unfence: 'true' };

  private constructor(options: BedOptions, database: TestDatabase, proxy: FaultProxy, directory: string) {
    this.options = options;
    this.database = database;
    this.proxy = proxy;
    this.directory = directory;
  }

  static async open(options: BedOptions): Promise<MigrationBed> {
    const database = testDatabase();
    const proxy = await startFaultProxy({ upstream: database.endpoint, ...options.proxy });
    const bed = new MigrationBed(options, database, proxy, await mkdtemp(join(tmpdir(), 'migration-bed-')));
    const { seed, rows: count, misfits, tables } = options;
    bed.initial = [...legacyRows({ seed, count, misfits, tables })].filter(
      ({ table }) => tables?.includes(table) ?? true,
    );
    await createLegacyTables(database.client, { tables });
    await createTargetTables(database.client, { tables });
    await writeRows(database.client, bed.initial);
    await bed.configure(bed.fence);
    return bed;
  }

  /** One write of the older engine, which nobody logs: from now on the row counts as what it is after it. */
  async change({ table, item }: WorldRow, image: WorldRow['item'] | null): Promise<WorldRow> {
    const at = new WriterSide('source', this.mapping);
    const TableName = at.tableName(table);
    const { client } = this.database;
    if (image) await client.send(new PutItemCommand({ TableName, Item: image }));
    else await client.send(new DeleteItemCommand({ TableName, Key: at.keyOf(table, item) }));
    const after = { table, item: image ?? item };
    const others = this.initial.filter((row) => row.item !== item);
    this.initial = image ? [...others, after] : others;
    return after;
  }

  /** Writers of one side, straight at the database: only the migration meets faults. */
  async startWriters(side: Side, options: Partial<WritersOptions> = {}): Promise<Writers> {
    const log = join(this.directory, `${this.logs.length}.jsonl`);
    this.logs.push(log);
    const { seed, tables } = this.options;
    const writers = await Writers.start({
      client: this.database.client,
      at: new WriterSide(side, this.mapping),
      seed: `${seed}:${this.logs.length}`,
      rate: 40,
      log,
      name: `writer-${this.logs.length}`,
      tables: tables?.filter((table) => !UNTENANTED.test(table)),
      ...options,
    });
    this.ends.push(() => writers.stop());
    return writers;
  }

  /** The migration's fence stops these, writers of one side or of each. */
  async fencedBy(writers: Partial<Record<Side, Pick<Writers, 'fence' | 'stats'>>>): Promise<void> {
    const cases: { side: string; url: string }[] = [];
    for (const [side, fenced] of Object.entries(writers)) {
      const server = await startFenceServer(fenced);
      this.ends.push(() => server.stop());
      cases.push({ side, url: server.url });
    }
    const fence = (wish: string) => {
      const ask = ({ side, url }: (typeof cases)[number]) =>
        `${side}) '${process.execPath}' ${SOURCES} '${FENCE}' ${wish} --url ${url};;`;
      return `case "$MIGRATION_SIDE" in ${cases.map(ask).join(' ')} esac`;
    };
    await this.configure({ command: fence('hold'), unfence: fence('release') });
  }

  /** Changes what the operator has written; absent: as it was. */
  async configure(fence: FenceConfig = this.fence, changes: Partial<BedConfig> = {}): Promise<void> {
    this.fence = fence;
    const { mapping } = this;
    const audit = join(this.directory, 'audit.jsonl');
    const text = (endpoint: string) =>
      configText({ ...this.options, ...changes }, { endpoint, mapping, audit, fence });
    await writeFile(this.configFile, text(this.proxy.endpoint));
    await writeFile(this.directFile, text(this.database.endpoint));
  }

  command(name: string, ...args: string[]): Command {
    const env = { ...processEnv(), ...this.credentials };
    return {
      file: process.execPath,
      args: [SOURCES, WORKER, name, ...args, '--config', this.configFile],
      env,
    };
  }

  start(name: string, ...args: string[]): RunningCommand {
    const running = startCommand(this.command(name, ...args));
    this.ends.push(() => running.kill());
    return running;
  }

  /** Runs a command to its end. */
  run(name: string, ...args: string[]): Promise<Exit> {
    return this.start(name, ...args).exit;
  }

  /** @throws Error with what it said, if it ends with another code */
  async mustRun(name: string, ...args: string[]): Promise<Exit> {
    return this.mustEnd(name, await this.run(name, ...args));
  }

  /** @throws Error with what it said, if it ends with another code than 0 */
  async mustEnd(name: string, exit: Exit | Promise<Exit>): Promise<Exit> {
    const over = await exit;
    if (over.code === 0) return over;
    const { code, signal, err, out } = over;
    throw new Error(`${name} ended with ${code ?? signal} (seed ${this.options.seed})\n${err}${out}`);
  }

  /** Starts a command and ends it with `kill -9` at its first call that matches; nobody hears the answer. */
  async killAt(
    [name, ...args]: readonly [string, ...string[]],
    matches: (call: Call) => boolean,
    when: 'before' | 'after',
  ): Promise<Exit> {
    const running = this.start(name, ...args);
    this.proxy.once(matches, when, async () => {
      await running.kill();
      return when === 'before' ? 'drop' : undefined;
    });
    const exit = await running.exit;
    this.proxy.clearHooks();
    return exit;
  }

  /** A command inside this process, straight at the database: quick, and not seen by the proxy. */
  async ask(...args: string[]): Promise<Said> {
    Object.assign(processEnv(), this.credentials);
    const said: Said = { code: 0, out: '', err: '' };
    said.code = await runCli([...args, '--config', this.directFile], {
      out: (text) => (said.out += text),
      err: (text) => (said.err += text),
    });
    return said;
  }

  async status(): Promise<MigrationStatus> {
    const { code, out, err } = await this.ask('status', '--json');
    if (code !== 0) throw new Error(`status ended with ${code}: ${err}`);
    return JSON.parse(out) as MigrationStatus;
  }

  /** Waits until the migration is where it shall be. */
  async until(
    reached: (status: MigrationStatus) => boolean,
    running?: RunningCommand,
  ): Promise<MigrationStatus> {
    let over: Exit | undefined;
    void running?.exit.then((exit) => (over = exit));
    for (;;) {
      const status = await this.status();
      if (reached(status)) return status;
      if (over)
        throw new Error(`It ended with ${over.code ?? over.signal} (seed ${this.options.seed})\n${over.err}`);
      await delay(150);
    }
  }

  /** When each write of these writers was acknowledged, in ms. */
  acknowledged(writers: Writers): number[] {
    return readWriteLogs([writers.logFile]).flatMap(({ outcome, outcomeAt }) =>
      outcome === 'ack' && outcomeAt !== undefined ? [outcomeAt] : [],
    );
  }

  /** Rows of that side that are not as the writers' logs explain them. */
  async violations(side: Side): Promise<Violation[]> {
    const { client } = this.database;
    const { mapping, initial } = this;
    const { tables } = this.options;
    const { violations } = await checkHistory({
      writes: readWriteLogs(this.logs),
      initial,
      final: readWorld({ client, side, tables }),
      side,
      mapping,
      tables,
    });
    return violations;
  }

  /** What is wrong: with the history on that side, and between both sides. Undefined: nothing. */
  async judge(side: Side): Promise<string | undefined> {
    const violations = await this.violations(side);
    const { client } = this.database;
    const { mapping } = this;
    const { tables, seed } = this.options;
    const comparison = await compareWorlds({ source: { client }, target: { client }, mapping, tables });
    const { differences } = comparison;
    if (violations.length + differences.length === 0) return undefined;
    const brief = <T extends { detail: string }>(found?: T) =>
      found && { ...found, detail: found.detail.slice(0, 500) };
    const verdict = {
      seed,
      violations: violations.length,
      first: brief(violations[0]),
      differences: differenceCounts(comparison),
      difference: brief(differences[0]),
      proxy: this.proxy.failures.map(String),
    };
    return JSON.stringify(verdict, null, 1);
  }

  async close(): Promise<void> {
    this.proxy.clearHooks();
    for (const end of this.ends.splice(0).toReversed()) await end().catch(() => undefined);
    await this.proxy.stop();
    this.database.client.destroy();
    await rm(this.directory, { recursive: true, force: true });
  }

  private get configFile(): string {
    return join(this.directory, 'migration.yaml');
  }

  private get directFile(): string {
    return join(this.directory, 'direct.yaml');
  }

  private get credentials() {
    return { AWS_ACCESS_KEY_ID: this.database.accessKeyId, AWS_SECRET_ACCESS_KEY: 'local' };
  }
}
