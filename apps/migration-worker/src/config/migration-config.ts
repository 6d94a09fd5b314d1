import { readFile } from 'node:fs/promises';
import type { KeyMappingRules } from '@agent-engine/migration-core';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { MigrationError } from '../migration-error.ts';
import { duration } from './duration.ts';

/** The configuration cannot be used: exit code 2. The message names file and field. */
export class MigrationConfigError extends MigrationError {
  constructor(file: string, problems: readonly string[]) {
    super('usage', `${file} is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'MigrationConfigError';
  }
}

const endpoint = z.url().optional();
const partition = z.strictObject({ endpoint_id: z.string(), part_id: z.string() });
const command = z.string().min(1);

/** How writers of the old tables are stopped; see docs/runbook.md. */
const fence = z.union([
  z.strictObject({ command, unfence: command.optional() }),
  z.strictObject({ lambdaConcurrency: z.array(z.string().min(1)).min(1) }),
  z.strictObject({ route: z.literal(true) }),
  z.strictObject({ manual: z.literal(true) }),
]);

const hooks = z.strictObject({
  beforeCopy: command.optional(),
  onRowCopied: command.optional(),
  beforeCutover: command.optional(),
  afterCutover: command.optional(),
  beforeRollback: command.optional(),
  afterRollback: command.optional(),
  beforeComplete: command.optional(),
  onAlarm: command.optional(),
});

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
  capacity: z
    .strictObject({ write: z.number().positive(), read: z.number().positive() })
    .default({ write: 1000, read: 2000 }),
  segments: z.union([z.literal('auto'), z.int().min(1).max(1000)]).default('auto'),
  verify: z
    .strictObject({ full: z.boolean().default(true), continuous: z.boolean().default(true) })
    .default({ full: true, continuous: true }),
  cutover: z
    .strictObject({ fence: fence.default({ manual: true }), budget: duration.default(5_000) })
    .default({ fence: { manual: true }, budget: 5_000 }),
  hooks: hooks.default({}),
  audit: z.string().min(1).default('./migration-audit.jsonl'),
});

export type Fence = z.output<typeof fence>;
export type HookName = keyof z.output<typeof hooks>;

export interface MigrationConfig extends Omit<z.output<typeof schema>, 'mapping'> {
  mapping: KeyMappingRules;
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
