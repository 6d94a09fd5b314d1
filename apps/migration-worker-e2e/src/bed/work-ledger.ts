import {
  type Call,
  type CallWatcher,
  type Item,
  logicalRow,
  type WorldMapping,
} from '@agent-engine/fault-bed';
import { controlState } from './control-state.ts';

type Body = Record<string, unknown>;

interface Statement {
  Statement: string;
  Parameters: Item[string][];
}
interface TransactItem {
  Put?: { TableName: string };
}

/** Work that came in portions, by the names of its pieces. */
class Portions {
  private count = 0;
  private readonly first = new Map<string, number>();
  private readonly repeated = new Set<string>();

  add(names: readonly string[]): void {
    if (names.length === 0) return;
    this.count++;
    for (const name of names) {
      if (this.first.has(name)) this.repeated.add(name);
      else this.first.set(name, this.count);
    }
  }

  /** How many pieces there were. */
  get done(): number {
    return this.first.size;
  }

  get again(): string[] {
    return [...this.repeated];
  }

  /** Whether all of these came, at first, in so many portions that follow on one another. */
  hold(names: readonly string[], portions: number): boolean {
    const places = names.map((name) => this.first.get(name) ?? 0);
    return Math.max(...places) - Math.min(...places) < portions;
  }
}

/**
 * What a run has read, written and followed, as the proxy saw the database do it, and what of it more than once. For
 * tables of one segment and one shard.
 */
export class WorkLedger {
  private readonly mapping: WorldMapping;
  private copying = false;
  private readonly pages = new Map<string, Portions>();
  private readonly rows = new Map<string, Portions>();
  private readonly records = new Map<string, Portions>();
  private readonly events = new Portions();

  constructor(mapping: WorldMapping) {
    this.mapping = mapping;
  }

  readonly see: CallWatcher = (call, answer) => {
    if (answer?.status !== 200) return;
    const state = controlState(call);
    // Scans come before that for the preflight, and after it to compare. The first begin as soon as there are units.
    if (state !== undefined) this.copying = state === 'ARMED' || state === 'COPYING';
    const [name = ''] = call.tables;
    const table = name.replace(/^aace-|-pk$/g, '');
    const { request, operation } = call;
    const body = () => JSON.parse(answer.body.toString()) as Body;
    if (operation === 'Scan' && this.copying && !name.endsWith('-pk'))
      portionsOf(this.pages, table).add(this.rowsOf('source', table, body().Items));
    else if (operation === 'BatchExecuteStatement')
      portionsOf(this.rows, table).add(this.rowsOf('target', table, inserted(request)));
    else if (operation === 'UpdateItem' && table === 'runs')
      portionsOf(this.rows, table).add(this.rowsOf('source', table, [request.Key]));
    else if (operation === 'GetRecords')
      portionsOf(this.records, streamOf(request)).add(sequenceNumbers(body()));
    else if (operation === 'TransactWriteItems') this.events.add(replicated(call));
  };

  /** How many rows the copy has read and how many events were followed, each counted once. */
  done(table: string): { rows: number; events: number } {
    return { rows: this.pages.get(table)?.done ?? 0, events: this.records.get(table)?.done ?? 0 };
  }

  /** What was done again, and is more than so many deaths (none or one) explain; empty: nothing. */
  tooMuch(deaths: number): string[] {
    const found: string[] = [];
    const expect = (what: string, again: readonly string[], isBounded: boolean) => {
      if (again.length > 0 && !(deaths > 0 && isBounded)) found.push(`${what}: ${again.length} again`);
    };
    for (const [table, pages] of this.pages) {
      // The page that was worked on, and the one that was read ahead.
      expect(`${table}, rows read`, pages.again, pages.hold(pages.again, 2));
      const written = this.rows.get(table)?.again ?? [];
      expect(`${table}, rows written`, written, pages.hold(written, 1));
    }
    for (const [table, records] of this.records)
      expect(`${table}, events read`, records.again, records.hold(records.again, 1));
    // They go over in one transaction with the checkpoint behind them.
    expect('events applied', this.events.again, false);
    return found;
  }

  private rowsOf(side: 'source' | 'target', table: string, items: unknown): string[] {
    return (items as Item[]).flatMap((item) => logicalRow(side, table, item, this.mapping)?.id ?? []);
  }
}

function portionsOf(all: Map<string, Portions>, table: string): Portions {
  const known = all.get(table) ?? new Portions();
  all.set(table, known);
  return known;
}

function inserted({ Statements }: Call['request']): Item[] {
  return (Statements as Statement[]).map(({ Statement, Parameters }) => {
    const names = [...Statement.matchAll(/'((?:[^']|'')*)':\?/g)].map(([, name = '']) => name);
    return Object.fromEntries(names.map((name, i) => [name, Parameters[i]])) as Item;
  });
}

/** DynamoDB Local's iterators say of which stream they are. */
const streamOf = ({ ShardIterator }: Call['request']): string =>
  /table\/aace-([^/]+)\/stream/.exec(String(ShardIterator))?.[1] ?? '';

const sequenceNumbers = ({ Records }: Body): string[] =>
  (Records as { dynamodb: { SequenceNumber: string } }[]).map(({ dynamodb }) => dynamodb.SequenceNumber);

/** Rows put for events, each with the version it brings; stamps have none, and two events may ask for the same. */
const replicated = ({ request }: Call): string[] =>
  (request.TransactItems as TransactItem[]).flatMap(({ Put }) =>
    Put && !Put.TableName.endsWith('migration_control') ? [JSON.stringify(Put)] : [],
  );
