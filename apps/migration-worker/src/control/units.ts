import { marshall } from '@aws-sdk/util-dynamodb';
import { createItem, itemsOf } from './control-items.ts';
import type { ControlTable } from './control-table.ts';
import { decodeUnit, NO_COUNTS, type NewUnit, type Unit, unitItem } from './unit.ts';

/** All units, or those of one epoch. */
export async function listUnits(table: ControlTable, epoch?: number): Promise<Unit[]> {
  const prefix = epoch === undefined ? 'unit#' : `unit#${String(epoch).padStart(6, '0')}#`;
  const units: Unit[] = [];
  for await (const item of itemsOf(table, prefix)) units.push(decodeUnit(item));
  return units;
}

/**
 * Creates the units that are not there yet; those that are stay as far as they have come. Shards after their parents,
 * whatever order a stream lists them in: a shard without a parent may be read at once.
 */
export async function createUnits(table: ControlTable, units: readonly NewUnit[]): Promise<void> {
  for (const unit of parentsFirst(units)) {
    await createItem(
      table,
      unitItem(unit),
      marshall(
        { ...NO_COUNTS, ...unit, done: false, leaseEpoch: 0, rev: 0, tipProbe: 0, lagMs: 0 },
        { removeUndefinedValues: true },
      ),
    );
  }
}

function parentsFirst(units: readonly NewUnit[]): Iterable<NewUnit> {
  const ordered = new Set<NewUnit>();
  for (const unit of units) {
    const line: NewUnit[] = [];
    for (
      let next: NewUnit | undefined = unit;
      next && !ordered.has(next) && !line.includes(next);
      next = parentOf(next)
    )
      line.unshift(next);
    for (const each of line) ordered.add(each);
  }
  return ordered;

  function parentOf({ arn, parent }: NewUnit): NewUnit | undefined {
    return parent === undefined
      ? undefined
      : units.find((other) => other.arn === arn && other.shard === parent);
  }
}
