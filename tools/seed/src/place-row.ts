import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EntityDefinition } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { AnyScope, Repository, ScopeOf } from '@agent-engine/models';
import type { Kind, Row } from './kinds.ts';

export type Placed = 'created' | 'updated' | 'unchanged';

export interface Placement {
  outcome: Placed;
  row: Row;
}

/** Makes the stored row say what the wanted one says. What the wanted one leaves out stays as it is. */
export async function placeRow(
  repository: Repository<EntityDefinition>,
  kind: Kind,
  scope: AnyScope,
  wanted: Row,
  { keepExisting = false } = {},
): Promise<Placement> {
  const inScope = scope as ScopeOf<EntityDefinition>;
  let stored = await findRow(repository, kind, scope, wanted);
  if (!stored) {
    try {
      return { outcome: 'created', row: await firstRow(repository, kind, inScope, wanted) };
    } catch (error) {
      // Somebody seeds the same at the same time.
      stored = AppError.is(error, 'entity.conflict')
        ? await findRow(repository, kind, scope, wanted)
        : undefined;
      if (!stored) throw error;
    }
  }
  const changes = changesOf(kind, wanted, stored);
  if (keepExisting || Object.keys(changes).length === 0) return { outcome: 'unchanged', row: stored };
  const { hash, range } = kind.definition.key;
  const key = { [hash]: stored[hash], [range]: stored[range] };
  const row = await repository.update(inScope, key as never, { ...changes, updatedBy: wanted.updatedBy });
  return { outcome: 'updated', row };
}

/** Only saving composes an agent of its flow; only creating takes a family's id that is given. */
function firstRow(
  repository: Repository<EntityDefinition>,
  { definition: { key, versioning } }: Kind,
  scope: ScopeOf<EntityDefinition>,
  wanted: Row,
): Promise<Row> {
  if (!versioning) return repository.create(scope, wanted);
  const family = wanted[versioning.family];
  if (typeof family !== 'string') return repository.save(scope, wanted);
  // The same for all who create it, so that only one of them can.
  return repository.create(scope, { ...wanted, [key.range]: digitsOf(family) });
}

/** 20 decimal digits, always the same ones for the same text. */
function digitsOf(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  return (digest.readBigUInt64BE() % 10n ** 19n).toString().padStart(20, '0');
}

/** By the ids that are given, else by name; of versions the active one. */
export async function findRow(
  repository: Repository<EntityDefinition>,
  { definition, name }: Kind,
  scope: AnyScope,
  wanted: Row,
): Promise<Row | undefined> {
  const inScope = scope as ScopeOf<EntityDefinition>;
  const { key, versioning } = definition;
  if (wanted[key.range] !== undefined) {
    return repository.get(inScope, { [key.hash]: wanted[key.hash], [key.range]: wanted[key.range] } as never);
  }
  const id = versioning && wanted[versioning.family];
  const identity =
    id === undefined ? { [name ?? '']: wanted[name ?? ''] } : { [versioning?.family ?? '']: id };
  const within = wanted[key.hash] === undefined ? {} : { [key.hash]: wanted[key.hash] };
  let cursor: string | undefined;
  let inactive: Row | undefined;
  do {
    const page = await repository.list(inScope, { ...within, ...identity, cursor });
    const same = page.items.filter((item: Row) =>
      Object.entries(identity).every(([attribute, value]) => item[attribute] === value),
    );
    const active = same.find(({ status = 'active' }: Row) => status === 'active');
    if (active) return active;
    if (id !== undefined) inactive ??= same[0];
    cursor = page.nextCursor;
  } while (cursor);
  return inactive;
}

function changesOf({ definition, merged }: Kind, wanted: Row, stored: Row): Row {
  return Object.fromEntries(
    Object.entries(merged?.(wanted, stored) ?? wanted).filter(([attribute, value]) => {
      if (attribute === 'updatedBy' || !definition.attributes[attribute]?.writable) return false;
      return !isDeepStrictEqual(value, stored[attribute]);
    }),
  );
}
