import {
  type CrashEnumeration,
  crashPoints,
  type CrashReport,
  type CrashWorld,
  type Writers,
} from '@agent-engine/fault-bed';
import { unaccounted } from '../bed/conservation.ts';
import { controlState } from '../bed/control-state.ts';
import { MigrationBed } from '../bed/migration-bed.ts';
import type { MigrationStatus } from '../bed/migration-status.ts';
import { WorkLedger } from '../bed/work-ledger.ts';

/** A table that is copied and one that is filled in place, of several pages each. */
const WORLD = { rows: 110, tables: ['agents', 'runs'], segments: 1 };

/** `run` in a small world, killed at each of its calls, or a sample of them, and started again. */
export const runPoints = (options: CrashEnumeration): Promise<CrashReport> =>
  crashPoints(options, () => openWorld(options.seed));

async function openWorld(seed: number | string): Promise<CrashWorld> {
  const bed = await MigrationBed.open({ ...WORLD, seed });
  const ledger = new WorkLedger(bed.mapping);
  let writers: Promise<Writers> | undefined;
  bed.proxy.watcher = async (call, answer) => {
    await ledger.see(call, answer);
    // They write while rows are copied, and have all been followed when the run ends.
    const state = controlState(call);
    if (state === 'COPYING') await (writers ??= bed.startWriters('source', { rate: 60 }));
    else if (state === 'CATCHING_UP') await (await writers)?.stop();
  };
  return {
    proxy: bed.proxy,
    command: bed.command('run', '--until', 'caught-up'),
    judge: async (deaths) => {
      bed.proxy.watcher = undefined;
      const status = await bed.status();
      const wrong = [
        ...unaccounted(status),
        ...WORLD.tables.flatMap((table) => countedTwice(table, status, ledger)),
        ...ledger.tooMuch(deaths.length),
        await bed.judge('target'),
      ].filter((found) => found !== undefined);
      return wrong.length > 0 ? wrong.join('\n') : undefined;
    },
    close: () => bed.close(),
  };
}

/** What is behind a cursor or a position is counted once, whoever was killed. */
function countedTwice(table: string, { tables }: MigrationStatus, ledger: WorkLedger): string[] {
  const { scanned = 0, events } = tables[table] ?? {};
  const done = ledger.done(table);
  return [
    ...(scanned > done.rows ? [`${table}: ${scanned} rows counted of ${done.rows}`] : []),
    ...((events?.seen ?? 0) > done.events
      ? [`${table}: ${events?.seen} events counted of ${done.events}`]
      : []),
  ];
}
