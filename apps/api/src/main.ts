import 'reflect-metadata';
import { apiConfig, processEnv } from '@agent-engine/config';
import { releaseBootMemory } from '@agent-engine/observability';
import { createApi } from './create-api.ts';

try {
  const api = await createApi(apiConfig(processEnv()));
  releaseBootMemory();
  const stop = () => void api.close().then(() => process.exit(0));
  process.on('SIGTERM', stop).on('SIGINT', stop);
  // With an IPC channel somebody started us: it waits for the port, and without it we have no reason to run.
  process.on('disconnect', stop);
  process.send?.({ type: 'ready', port: api.port });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
