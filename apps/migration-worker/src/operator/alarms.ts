import type { Outcome } from '../migration-error.ts';
import type { Status } from './status.ts';

/** Alarms of a state: they begin, and are over. */
export const STATE_ALARMS = ['stream-gap', 'lag', 'quarantine', 'imbalance', 'lossy'] as const;
/** Alarms of an event: a command ended with it. */
export type EventAlarm = 'differences' | 'aborted' | 'fenced' | 'stopped';

/** What somebody should look at. docs/runbook.md says of each what it means and what to do. */
export interface Alarm {
  alarm: (typeof STATE_ALARMS)[number] | EventAlarm;
  message: string;
  table?: string;
  /** Of an alarm that grows: when it is higher than before, the alarm is news again. */
  level: number;
}

/** Stream records are gone after 24 hours; by then somebody has to have looked, slept and looked again. */
const LAG_ALARM_S = 6 * 3_600;
/** Writers would feel this in the window of a cutover. */
const VERIFIED_LAG_ALARM_S = 60;

const FOLLOWING: readonly Status['state'][] = ['COPYING', 'CATCHING_UP', 'VERIFIED', 'SOAK'];

/** Alarms of this moment; none when all is well. */
export function alarmsOf(status: Status): Alarm[] {
  const alarms: Alarm[] = [];
  const add = (alarm: Alarm['alarm'], message: string, more: Partial<Alarm> = {}) =>
    alarms.push({ alarm, message, level: 1, ...more });
  if (status.gap) add('stream-gap', `${status.gap.table}: ${status.gap.reason}`, { table: status.gap.table });
  const [slowest] = Object.entries(status.tables).sort(([, a], [, b]) => b.lagSeconds - a.lagSeconds);
  const limit = status.state === 'COPYING' ? LAG_ALARM_S : VERIFIED_LAG_ALARM_S;
  if (slowest && FOLLOWING.includes(status.state) && slowest[1].lagSeconds > limit)
    add('lag', `${slowest[0]} is ${Math.round(slowest[1].lagSeconds)} s behind its writers`, {
      table: slowest[0],
    });
  const held = status.quarantine - status.lossy;
  if (held > 0)
    add('quarantine', `${held} ${held === 1 ? 'row' : 'rows'} could not be carried over`, {
      level: doublings(held),
    });
  const [imbalance] = status.imbalances;
  if (imbalance !== undefined) add('imbalance', status.imbalances.join('; '));
  if (status.rollback.status === 'lossy')
    add('lossy', status.rollback.reasons.join('; '), { level: doublings(status.lossy) });
  return alarms;
}

/** A count that grows is news each time it has doubled: often enough, and never a thousand times a minute. */
const doublings = (count: number): number => 1 + Math.floor(Math.log2(Math.max(1, count)));

const eventAlarms: Partial<Record<Outcome, EventAlarm>> = {
  differences: 'differences',
  cutoverAborted: 'aborted',
  fencedOut: 'fenced',
  other: 'stopped',
};

/** The alarm that a command's end is; a gap and a loss are alarms of their state. */
export function alarmOf(outcome: Outcome, message: string): Alarm | undefined {
  const alarm = eventAlarms[outcome];
  return alarm && { alarm, message, level: 1 };
}
