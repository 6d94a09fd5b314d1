import type { Status } from './status.ts';

/** What somebody should look at. docs/runbook.md says of each what it means and what to do. */
export interface Alarm {
  alarm: 'stream-gap' | 'lag' | 'quarantine' | 'imbalance' | 'lossy';
  message: string;
}

/** Stream records are gone after 24 hours; by then somebody has to have looked, slept and looked again. */
const LAG_ALARM_S = 6 * 3_600;
/** Writers would feel this in the window of a cutover. */
const VERIFIED_LAG_ALARM_S = 60;

const FOLLOWING: readonly Status['state'][] = ['COPYING', 'CATCHING_UP', 'VERIFIED', 'SOAK'];

/** Alarms of this moment; none when all is well. */
export function alarmsOf(status: Status): Alarm[] {
  const alarms: Alarm[] = [];
  const add = (alarm: Alarm['alarm'], message: string) => alarms.push({ alarm, message });
  if (status.gap) add('stream-gap', `${status.gap.table}: ${status.gap.reason}`);
  const [slowest] = Object.entries(status.tables).sort(([, a], [, b]) => b.lagSeconds - a.lagSeconds);
  const limit = status.state === 'COPYING' ? LAG_ALARM_S : VERIFIED_LAG_ALARM_S;
  if (slowest && FOLLOWING.includes(status.state) && slowest[1].lagSeconds > limit)
    add('lag', `${slowest[0]} is ${Math.round(slowest[1].lagSeconds)} s behind its writers`);
  if (status.quarantine - status.lossy > 0)
    add('quarantine', `${status.quarantine - status.lossy} rows could not be carried over`);
  for (const line of status.imbalances) add('imbalance', line);
  if (status.rollback.status === 'lossy') add('lossy', status.rollback.reasons.join('; '));
  return alarms;
}
