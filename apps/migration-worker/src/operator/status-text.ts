import { alarmsOf } from './alarms.ts';
import { printable } from './printable.ts';
import { estimate } from './span.ts';
import type { Status } from './status.ts';

/** The status for a person. */
export function statusText(status: Status): string {
  const rows = [
    ['table', 'what', 'done', 'scanned', 'inserted', 'present', 'events', 'applied', 'rate/s', 'eta', 'lag'],
    ...Object.entries(status.tables).map(([name, table]) => [
      name,
      table.kind,
      `${table.percent} %`,
      String(table.scanned),
      String(table.inserted),
      String(table.present),
      String(table.events.seen),
      String(table.events.applied),
      String(table.rate),
      !table.etaSeconds ? '-' : estimate(table.etaSeconds, table.etaInterval),
      `${table.lagSeconds} s`,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const { throttle, rollback, progress } = status;
  return [
    `${status.id}: ${status.state}${status.paused ? ' (paused)' : ''}, epoch ${status.epoch}, ${status.workers} workers`,
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    `copied: ${progress.percent} %${progress.etaSeconds ? `, ready in ${estimate(progress.etaSeconds, progress.etaInterval)}` : ''}`,
    `quarantine: ${status.quarantine}${status.waived > 0 ? ` (and ${status.waived} waived)` : ''}`,
    `capacity: ${throttle.write} write, ${throttle.read} read units per second${throttle.reason ? ` — ${throttle.reason}` : ''}`,
    `verified: ${status.verifiedAt ?? 'not yet'}`,
    `rollback: ${rollback.status}${rollback.reasons.length > 0 ? ` — ${printable(rollback.reasons.join('; '))}` : ''}`,
    ...(status.cutover.writeGapMs === null ? [] : [`writes stood still for ${status.cutover.writeGapMs} ms`]),
    ...alarmsOf(status).map(({ alarm, message }) => `ALARM ${alarm}: ${printable(message)}`),
  ].join('\n');
}
