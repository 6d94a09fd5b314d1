import { entities, type EntityDefinition } from '@agent-engine/entities';

/**
 * What the migration does to a table: `rekey` copies it under a new hash key, `backfill` adds attributes in place,
 * `global` tables belong to no tenant and stay as they are.
 */
export type MoveKind = 'rekey' | 'backfill' | 'global';

export interface MovingTable {
  /** Without prefix. */
  table: string;
  kind: MoveKind;
  definition: EntityDefinition;
}

const kinds: Record<EntityDefinition['scope'], MoveKind> = {
  partition: 'rekey',
  child: 'backfill',
  row: 'backfill',
  global: 'global',
};

export const movingTables: readonly MovingTable[] = entities.map((definition) => ({
  table: definition.table,
  kind: kinds[definition.scope],
  definition,
}));

/** @throws Error naming a table the engine does not have */
export function selectTables(selection: 'all' | readonly string[]): readonly MovingTable[] {
  if (selection === 'all') return movingTables;
  return selection.map((name) => {
    const found = movingTables.find(({ table }) => table === name);
    if (!found)
      throw new Error(
        `There is no table ${name}. Tables: ${movingTables.map(({ table }) => table).join(', ')}.`,
      );
    return found;
  });
}
