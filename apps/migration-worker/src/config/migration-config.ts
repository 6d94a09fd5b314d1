import { readFile } from 'node:fs/promises';
import type { KeyMappingRules } from '@agent-engine/migration-core';
import { parseDocument } from 'yaml';
import { z } from 'zod';

/** The configuration cannot be used: exit code 2. The message names file and field. */
export class MigrationConfigError extends Error {
  constructor(file: string, problems: readonly string[]) {
    super(`${file} is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'MigrationConfigError';
  }
}

const endpoint = z.url().optional();
const partition = z.strictObject({ endpoint_id: z.string(), part_id: z.string() });

const schema = z.strictObject({
  id: z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
  source: z.strictObject({ tablePrefix: z.string(), endpoint, region: z.string().optional() }),
  target: z.strictObject({
    tablePrefix: z.string(),
    tenantTableSuffix: z.string(),
    endpoint,
    region: z.string().optional(),
  }),
  tables: z.union([z.literal('all'), z.array(z.string()).min(1)]).default('all'),
  mapping: z.strictObject({
    default: z.enum(['same', 'refuse']),
    partitions: z.record(z.string(), partition).default({}),
  }),
  capacity: z.strictObject({ write: z.number().positive(), read: z.number().positive() }),
});

export interface MigrationConfig {
  id: string;
  source: { tablePrefix: string; endpoint?: string; region?: string };
  target: { tablePrefix: string; tenantTableSuffix: string; endpoint?: string; region?: string };
  tables: 'all' | string[];
  mapping: KeyMappingRules;
  /** Capacity units per second over all workers. */
  capacity: { write: number; read: number };
}

/** @throws MigrationConfigError for a file that cannot be read, is no YAML, or has a field that is wrong or unknown */
export async function loadMigrationConfig(file: string): Promise<MigrationConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new MigrationConfigError(file, ['the file cannot be read']);
  }
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new MigrationConfigError(
      file,
      document.errors.map(({ message }) => message),
    );
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    throw new MigrationConfigError(
      file,
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`),
    );
  }
  const { mapping, ...rest } = parsed.data;
  const partitions = Object.entries(mapping.partitions).map(([key, { endpoint_id, part_id }]) => [
    key,
    { endpointId: endpoint_id, partId: part_id },
  ]);
  return {
    ...rest,
    mapping: {
      default: mapping.default,
      partitions: Object.fromEntries(partitions) as KeyMappingRules['partitions'],
    },
  };
}
