import type { ControlRecord } from '../control/control-record.ts';
import type { Unit } from '../control/unit.ts';

/** Units that may be worked on now; whether somebody else does is another question. */
export function eligibleUnits(control: ControlRecord, units: readonly Unit[]): Unit[] {
  if (control.gap || control.state === 'COMPLETED' || control.state === 'ABORTED') return [];
  const open = units.filter(({ done }) => !done);
  return open.filter((unit) => {
    switch (unit.kind) {
      case 'tail':
        return unit.direction === control.direction && parentDone(unit, units);
      case 'watch':
        return (
          control.direction === 'reverse' &&
          control.watched?.[unit.table]?.arn === unit.arn &&
          parentDone(unit, units)
        );
      case 'copy':
      case 'backfill':
        return !control.paused && control.direction === 'forward' && unit.epoch === control.copyEpoch;
      case 'extras':
        return (
          !control.paused &&
          unit.epoch === control.copyEpoch &&
          !open.some(({ kind, epoch }) => kind === 'copy' && epoch === unit.epoch)
        );
      case 'switch':
        return false;
    }
  });
}

/** Parents first: what happened to a row in a parent shard happened before what happened to it in a child. */
function parentDone(unit: Unit, units: readonly Unit[]): boolean {
  if (unit.parent === undefined) return true;
  const parent = units.find(({ shard, arn }) => shard === unit.parent && arn === unit.arn);
  // A parent that was never seen was over before following began.
  return parent === undefined || parent.done;
}
