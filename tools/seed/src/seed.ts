import { AppError } from '@agent-engine/errors';
import { type AnyScope, everyone, type Models } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import { type Kind, type Row, sharedKinds, tenantKinds } from './kinds.ts';
import { findRow, type Placed, placeRow } from './place-row.ts';
import type { Path, SeedFile } from './read-seed-file.ts';

export interface SeedOptions {
  /** Whose the tenant rows outside `partitions` are, and the endpoint of partitions that name none. */
  endpointId?: string;
  partId?: string;
  /** Rows that exist stay as somebody may have changed them. */
  keepExisting?: boolean;
}

export type SeedCounts = Record<Placed, number>;

const kinds: Record<string, Kind> = { ...sharedKinds, ...tenantKinds };

/** Writes what the file says. The same file again changes nothing. @throws SeedProblem */
export async function seed(models: Models, file: SeedFile, options: SeedOptions = {}): Promise<SeedCounts> {
  const counts: SeedCounts = { created: 0, updated: 0, unchanged: 0 };
  const place = async (names: readonly string[], content: Row, scope: AnyScope, path: Path) => {
    for (const section of names) {
      for (const [i, row] of (content[section] as Row[]).entries()) {
        const { outcome } = await placed(models, file, section, row, {
          scope,
          path: [...path, section, i],
          keepExisting: options.keepExisting,
        });
        counts[outcome]++;
      }
    }
  };

  const tenants = tenantsOf(file, options);
  await place(Object.keys(sharedKinds), file.content, everyone, []);
  for (const { partition, content, path } of tenants) {
    await place(Object.keys(tenantKinds), content, partition, path);
  }
  return counts;
}

interface Tenant {
  partition: Partition;
  content: Row;
  path: Path;
}

function tenantsOf(file: SeedFile, { endpointId, partId }: SeedOptions): Tenant[] {
  const { content } = file;
  const partitionAt = (path: Path, ids: { endpointId?: string; partId?: string }): Partition => {
    if (ids.endpointId === undefined || ids.partId === undefined) {
      throw file.problem(path, 'whose this is must be said: --endpoint and --part');
    }
    try {
      return Partition.of(ids.endpointId, ids.partId);
    } catch (error) {
      throw AppError.is(error, 'partition.') ? file.problem(path, error.message) : error;
    }
  };
  const named = (content.partitions as (Row & { endpointId?: string; partId: string })[]).map((rows, i) => {
    const path = ['partitions', i];
    const ids = { endpointId: rows.endpointId ?? endpointId, partId: rows.partId };
    return { partition: partitionAt(path, ids), content: rows, path };
  });
  const first = Object.keys(tenantKinds).find((section) => (content[section] as Row[]).length > 0);
  if (first === undefined) return named;
  return [{ partition: partitionAt([first], { endpointId, partId }), content, path: [] }, ...named];
}

interface Place {
  scope: AnyScope;
  path: Path;
  keepExisting?: boolean;
}

async function placed(models: Models, file: SeedFile, section: string, row: Row, place: Place) {
  const kind = kinds[section];
  if (!kind) throw new Error(`There is no section ${section}.`);
  try {
    const wanted = await withReferences(models, file, kind, row, place);
    return await placeRow(models.repository(kind.definition.name), kind, place.scope, wanted, place);
  } catch (error) {
    throw error instanceof AppError ? file.problem(place.path, error.message) : error;
  }
}

/** The row with ids where the file has names. */
async function withReferences(
  models: Models,
  file: SeedFile,
  { references = {} }: Kind,
  row: Row,
  { scope, path }: Place,
): Promise<Row> {
  const resolved: Record<string, unknown> = { ...row };
  for (const [field, { to, attribute, stored, many }] of Object.entries(references)) {
    const names = row[field];
    if (names === undefined) continue;
    delete resolved[field];
    const one = async (name: unknown) => {
      const kind = kinds[to] as Kind;
      const found = await findRow(
        models.repository(kind.definition.name),
        kind,
        to in sharedKinds ? everyone : scope,
        { [kind.name ?? '']: name },
      );
      if (!found) throw file.problem([...path, field], `there is no ${kind.definition.name} ${String(name)}`);
      return stored(found);
    };
    resolved[attribute] = many ? await Promise.all((names as unknown[]).map(one)) : await one(names);
  }
  return resolved;
}
