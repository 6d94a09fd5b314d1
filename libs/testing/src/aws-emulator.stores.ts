import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildAppOptions } from 'fauxqs';

type Stores = NonNullable<BuildAppOptions['stores']>;
type Persistence = NonNullable<Stores['sqsStore']['persistence']>;

export interface EmulatorState {
  stores: Stores;
  close(): void;
}

/**
 * The state behind the emulator. fauxqs's own `startFauxqs` wires the same parts but listens on all interfaces,
 * and its package does not export them one by one: so they are taken from its files, at a pinned version.
 */
export async function emulatorState(dataDir?: string): Promise<EmulatorState> {
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }] = await Promise.all([
    internal<{ SqsStore: new () => Stores['sqsStore'] }>('sqs/sqsStore.js'),
    internal<{ SnsStore: new () => Stores['snsStore'] }>('sns/snsStore.js'),
    internal<{ S3Store: new () => Stores['s3Store'] }>('s3/s3Store.js'),
    internal<{ PersistenceManager: new (dir: string) => Persistence }>('persistence.js'),
  ]);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  // Without a host name of its own, queue URLs carry the address the client used.
  stores.sqsStore.host = '';
  if (dataDir === undefined) return { stores, close: () => undefined };

  const persistence = new PersistenceManager(dataDir);
  // fauxqs 2.4.1 violates its own schema here when a message is given back, and the message is lost. Left alone, the
  // row is given out again after a restart, once its visibility timeout has passed.
  persistence.updateMessageReady = () => undefined;
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  stores.snsStore.persistence = persistence;
  stores.s3Store.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  return { stores, close: () => persistence.close() };
}

async function internal<T>(path: string): Promise<T> {
  const manifest = findPackageJSON('fauxqs', import.meta.url);
  if (manifest === undefined) throw new Error('The package fauxqs is not installed.');
  return (await import(pathToFileURL(join(dirname(manifest), 'dist', path)).href)) as T;
}
