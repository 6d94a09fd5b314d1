import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processEnv } from '@agent-engine/config';
import {
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
  startCommand,
  startFaultProxy,
  startFenceServer,
  type WorldRow,
  writeRows,
  WriterSide,
  Writers,
  type WritersOptions,
} from '@agent-engine/fault-bed';
import { testDatabase, type TestDatabase } from '@agent-engine/testing';
import { type BedConfig, configText } from './bed-config.ts';
import type { MigrationStatus } from './migration-status.ts';

export interface BedOptions extends BedConfig {
  seed: number | string;
  rows: number;
  misfits?: number;
  proxy?: Omit<FaultProxyOptions, 'upstream'>;
}

const WORKER = new URL('../../../migration-worker/src/main.ts', import.meta.url).pathname;
const FENCE = new URL('../../../../tools/fault-bed/src/writers/fence.main.ts', import.meta.url).pathname;
const SOURCES = '--conditions=@agent-engine/source';

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

  private constructor(options: BedOptions, database: TestDatabase, proxy: FaultProxy, directory: string) {
    this.options = options;
    this.database = database;
    this.proxy = proxy;
    this.directory = directory;
  }

  /** @param database of its own by default; a bed of the same database finds the world of the one before */
  static async open(options: BedOptions, database = testDatabase()): Promise<MigrationBed> {
    const proxy = await startFaultProxy({ upstream: database.endpoint, ...options.proxy });
    const bed = new MigrationBed(options, database, proxy, await mkdtemp(join(tmpdir(), 'migration-bed-')));
    const { seed, rows: count, misfits, tables } = options;
    bed.initial = [...legacyRows({ seed, count, misfits, tables })];
    await createLegacyTables(database.client);
    await createTargetTables(database.client);
    await writeRows(database.client, bed.initial);
    await bed.configure();
    return bed;
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
      rate: 60,
      log,
      name: `writer-${this.logs.length}`,
      tables: tables?.filter((table) => !/^(llms|ui_components|wizard_schemas)$/.test(table)),
      ...options,
    });
    this.ends.push(() => writers.stop());
    return writers;
  }

  /** The migration's fence stops these. */
  async fencedBy(writers: Writers): Promise<void> {
    const server = await startFenceServer(writers);
    this.ends.push(() => server.stop());
    const fence = (wish: string) => `'${process.execPath}' ${SOURCES} '${FENCE}' ${wish} --url ${server.url}`;
    await this.configure({ command: fence('hold'), unfence: fence('release') });
  }

  command(name: string, ...args: string[]): Command {
    const env = {
      ...processEnv(),
      AWS_ACCESS_KEY_ID: this.database.accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
    };
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
    const exit = await this.run(name, ...args);
    if (exit.code === 0) return exit;
    throw new Error(
      `${name} ended with ${exit.code ?? exit.signal} (seed ${this.options.seed})\n${exit.err}${exit.out}`,
    );
  }

  async status(): Promise<MigrationStatus> {
    return JSON.parse((await this.mustRun('status', '--json')).out) as MigrationStatus;
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
      await delay(200);
    }
  }

  /** What is wrong: with the history on that side, and between both sides. Undefined: nothing. */
  async judge(side: Side): Promise<string | undefined> {
    const { client } = this.database;
    const { mapping, initial } = this;
    const { tables, seed } = this.options;
    const final = readWorld({ client, side, tables });
    const { violations } = await checkHistory({
      writes: readWriteLogs(this.logs),
      initial,
      final,
      side,
      mapping,
      tables,
    });
    const comparison = await compareWorlds({ source: { client }, target: { client }, mapping, tables });
    const { differences } = comparison;
    if (this.proxy.failures.length > 0)
      throw new Error('The proxy itself failed.', { cause: this.proxy.failures[0] });
    if (violations.length + differences.length === 0) return undefined;
    return JSON.stringify(
      {
        seed,
        violations: violations.length,
        first: violations[0],
        differences: differenceCounts(comparison),
        difference: differences[0],
      },
      null,
      1,
    ).slice(0, 4_000);
  }

  async close(): Promise<void> {
    for (const end of this.ends.splice(0).toReversed()) await end().catch(() => undefined);
    await this.proxy.stop();
    this.database.client.destroy();
    await rm(this.directory, { recursive: true, force: true });
  }

  private get configFile(): string {
    return join(this.directory, 'migration.yaml');
  }

  private async configure(fence = { command: 'true', unfence: 'true' }): Promise<void> {
    const places = {
      endpoint: this.proxy.endpoint,
      mapping: this.mapping,
      audit: join(this.directory, 'audit.jsonl'),
      fence,
    };
    await writeFile(this.configFile, configText(this.options, places));
  }
}
