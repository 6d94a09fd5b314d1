import { buildApp } from 'fauxqs';
import { allowLocalPages, returnUndelivered } from './aws-emulator.hooks.ts';
import { emulatorState } from './aws-emulator.stores.ts';
import type { LocalServer } from './dynamodb-local.ts';

export interface AwsEmulatorOptions {
  /** Keeps queues, messages and objects here across restarts. In memory when absent. */
  dataDir?: string;
  port?: number;
}

/** SQS and S3 over HTTP in this process, on loopback. Any credentials are accepted; S3 clients need path style. */
export async function startAwsEmulator(options: AwsEmulatorOptions = {}): Promise<LocalServer> {
  const state = await emulatorState(options.dataDir);
  const app = buildApp({ logger: false, stores: state.stores });
  allowLocalPages(app);
  returnUndelivered(app);
  const endpoint = await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  return {
    endpoint,
    stop: async () => {
      await app.close();
      state.close();
    },
  };
}
