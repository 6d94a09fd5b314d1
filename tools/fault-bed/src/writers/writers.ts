import { setTimeout as delay } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { logicalRow } from '../history/logical-row.ts';
import { type Intent, now, WriteLog } from '../history/write-log.ts';
import { Random } from '../random.ts';
import { type Family, newFamily } from '../world/rows/draw.ts';
import { rowMakers } from '../world/rows/row-maker.ts';
import { adoptRows } from './adopt-rows.ts';
import { Fence } from './fence.ts';
import { type KnownRow, KnownRows } from './known-rows.ts';
import { RowChanges } from './row-changes.ts';
import { landed, type RowWrite, send } from './row-write.ts';
import { type Op, OPS, suitsTable } from './writer-ops.ts';
import type { WriterSide } from './writer-side.ts';

export interface WritersOptions {
  client: DynamoDBClient;
  at: WriterSide;
  seed: number | string;
  /** Writes per second. */
  rate: number;
  log: string;
  /** Legacy keys; default those that have rows. */
  tenants?: readonly string[];
  /** Without prefix; default all that belong to tenants. */
  tables?: readonly string[];
  /** Its name in the log; must differ from that of every other run that logs. */
  name?: string;
  /** Which of how many writers this is: each row has one writer. Default 0 of 1. */
  share?: { index: number; of: number };
  /** Writes under way at once. Default 8. */
  lanes?: number;
  /** Writes nothing before the fence is taken down. */
  fenced?: boolean;
  /** Default: one of its own. Another stays as it is when these writers end. */
  fence?: Fence;
}

export interface WriterStats {
  acknowledged: number;
  /** What the database refused, and the last row it refused: a mistake of the writers, or of who fenced them. */
  refused: number;
  lastRefused?: string;
  /** Milliseconds between two acknowledgements, at most. */
  longestGapMs: number;
}

type Pending = readonly (readonly [KnownRow, RowWrite])[];

const RETRY_MS = 40;

/** Does to tables what an engine in use does to them, and writes down what it did. */
export class Writers {
  readonly fence: Fence;
  readonly stats: WriterStats = { acknowledged: 0, refused: 0, longestGapMs: 0 };
  private readonly options: WritersOptions;
  private readonly random: Random;
  private readonly log: WriteLog;
  private readonly known: KnownRows;
  private readonly changes: RowChanges;
  private readonly tables: readonly string[];
  private n = 0;
  private lastAck = now();
  private due = now();
  private stopping = false;
  private readonly lanes: Promise<unknown>;

  private constructor(options: WritersOptions, known: KnownRows, families: ReadonlyMap<string, Family>) {
    const { seed, share, log, at, tables = Object.keys(rowMakers), lanes = 8 } = options;
    this.options = options;
    this.fence = options.fence ?? new Fence();
    this.random = new Random(`${seed}:${share?.index ?? 0}`);
    this.log = new WriteLog(log);
    this.known = known;
    this.tables = tables;
    this.changes = new RowChanges(at, this.random, families);
    if (options.fenced) void this.fence.up();
    this.lanes = Promise.all(Array.from({ length: lanes }, () => this.lane()));
    // A failure is told by stop(); it must not end the process before.
    this.lanes.catch(() => undefined);
  }

  /** @throws Error if there is nobody to write for */
  static async start(options: WritersOptions): Promise<Writers> {
    const { client, at, tenants, share = { index: 0, of: 1 }, tables = Object.keys(rowMakers) } = options;
    const known = new KnownRows(share.index, share.of);
    const adopted = await adoptRows(client, at, known, tables);
    const families = new Map(
      (tenants ?? [...adopted.keys()]).map((tenant) => [tenant, adopted.get(tenant) ?? newFamily()]),
    );
    if (families.size === 0) throw new Error('Nobody to write for: name tenants, or seed rows first.');
    return new Writers(options, known, families);
  }

  /** Where they write down what they do. */
  get logFile(): string {
    return this.options.log;
  }

  /** Ends the writing; returns when nothing is under way. What got no answer until then stays unacknowledged. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    const { isUp } = this.fence;
    this.fence.down();
    await this.lanes;
    if (isUp) await this.fence.up();
    this.log.close();
  }

  private async lane(): Promise<void> {
    while (!this.stopping) {
      const op = this.random.weighted<Op>(OPS);
      const table = this.random.pick(this.tables);
      if (suitsTable(op, table)) await this.perform(op, table);
    }
  }

  private async perform(op: Op, table: string): Promise<void> {
    if (op === 'insert') return this.insert(table);
    const removes = op === 'delete' || op === 'recreate';
    const fits = ({ image, parent }: KnownRow) => image !== null && !(removes && parent);
    const rows = Array.from({ length: op === 'pair' ? 2 : 1 }, () =>
      this.known.take(this.random, table, fits),
    );
    const taken = rows.filter((row) => row !== undefined);
    try {
      const [row] = taken;
      await (row ? this.change(op, row, taken) : this.insert(table));
    } finally {
      taken.forEach((row) => this.known.release(row));
    }
  }

  private async change(op: Exclude<Op, 'insert'>, row: KnownRow, all: KnownRow[]): Promise<void> {
    switch (op) {
      case 'update':
      case 'flip':
        return this.write([[row, this.changes.update(row, op)]]);
      case 'burst':
        for (let i = this.random.int(2, 6); i > 0; i--) {
          await this.write([[row, this.changes.update(row, op)]]);
        }
        return;
      case 'save':
        return this.write([[row, this.changes.save(row)]]);
      case 'delete':
        return this.write([[row, this.changes.remove(row)]]);
      case 'recreate': {
        const image = this.changes.again(row);
        await this.write([[row, this.changes.remove(row, op)]]);
        return this.write([[row, this.changes.insert(row, op, image)]]);
      }
      case 'pair':
        return this.write(all.map((each) => [each, this.changes.update(each, op)]));
    }
  }

  private async insert(wanted: string): Promise<void> {
    const { at } = this.options;
    const made = this.changes.newRow(wanted);
    const logical = made && logicalRow(at.side, made.table, made.image, at.mapping);
    if (!logical || !this.known.owns(logical.id)) return delay(0);
    const row: KnownRow = { ...made, id: logical.id };
    this.known.hold(row);
    try {
      await this.write([[row, this.changes.insert(row)]]);
      if (row.image !== null) this.known.add(row);
    } finally {
      this.known.release(row);
    }
  }

  /** Sends writes, together if there are two, until it is known what became of them. */
  private async write(writes: Pending): Promise<void> {
    await this.pace();
    await this.fence.pass(async () => {
      if (this.stopping) return;
      const { client } = this.options;
      const sent = writes.map(([, write]) => write);
      const intents = writes.map(([row, write]) => this.intend(row, write));
      for (let attempt = 0; ; attempt++) {
        let outcome = await send(client, sent);
        // A write that was done and whose answer was lost looks like somebody else's.
        const [first] = sent;
        if (outcome === 'nack' && attempt > 0 && first && (await landed(client, first))) outcome = 'ack';
        if (outcome) {
          for (const intent of intents) this.log.outcome(intent, outcome);
          return this.settle(outcome, writes);
        }
        if (this.stopping) return;
        await delay(RETRY_MS);
      }
    });
  }

  private settle(outcome: 'ack' | 'nack', writes: Pending): void {
    for (const [row, { image, op }] of writes) {
      if (outcome === 'ack') {
        row.image = image;
        this.stats.acknowledged++;
      } else {
        this.stats.refused++;
        this.stats.lastRefused = `${op} ${row.id}`;
        if (op === 'insert') row.image = null;
      }
    }
    if (outcome === 'nack') return;
    this.stats.longestGapMs = Math.max(this.stats.longestGapMs, now() - this.lastAck);
    this.lastAck = now();
  }

  private intend(row: KnownRow, { op, image, key }: RowWrite): Intent {
    const { name: writer = 'writer', at } = this.options;
    const { table } = row;
    const intent: Intent = { writer, n: ++this.n, at: now(), side: at.side, table, op, image, key };
    this.log.intent(intent);
    return intent;
  }

  /** One write after the other at the rate, over all lanes. */
  private async pace(): Promise<void> {
    this.due = Math.max(this.due, now() - 200) + 1000 / this.options.rate;
    const wait = this.due - now();
    if (wait > 1) await delay(wait);
  }
}
