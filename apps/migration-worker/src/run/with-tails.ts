import type { Migration } from '../world/migration.ts';
import { Worker } from './worker.ts';

/**
 * Does something that needs changes to be followed meanwhile, whether or not a `run` is going on somewhere: this
 * process takes the units that nobody has.
 */
export async function withTails<T>(
  migration: Migration,
  command: string,
  signal: AbortSignal,
  work: (worker: Worker, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const worker = new Worker(migration, command);
  const ended = new AbortController();
  const stop = () => worker.stop();
  signal.addEventListener('abort', stop, { once: true });
  // It may have come while the preflight was still looking.
  if (signal.aborted) stop();
  const working = worker.run().finally(() => ended.abort());
  try {
    const result = await work(worker, ended.signal);
    worker.stop();
    await working;
    return result;
  } catch (error) {
    worker.stop();
    // What stopped the worker is the reason; what the work met then is a consequence.
    await working;
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
