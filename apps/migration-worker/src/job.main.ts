import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, migrationJobConfig, processEnv } from '@agent-engine/config';

/**
 * The command as a container runs it: the configuration comes as a variable, since an image has no file of a stage.
 * Everything else is the command's own.
 */
try {
  const { yaml } = migrationJobConfig(processEnv());
  const file = join(mkdtempSync(join(tmpdir(), 'migration-')), 'migration.yaml');
  writeFileSync(file, yaml, { mode: 0o600 });
  process.argv.push('--config', file);
  await import('./main.ts');
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
