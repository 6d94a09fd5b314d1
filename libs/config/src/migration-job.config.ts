import { z } from 'zod';
import { type Env, parseEnv } from './env.ts';

const schema = z.object({ MIGRATION_CONFIG: z.string({ error: 'is required: the migration, as YAML' }) });

/** What the worker is told where there is no file to read: the content of its configuration. */
export function migrationJobConfig(env: Env): { yaml: string } {
  return { yaml: parseEnv(schema, env).MIGRATION_CONFIG };
}
