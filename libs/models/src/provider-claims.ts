import { AppError } from '@agent-engine/errors';
import type { Partition } from '@agent-engine/partition';
import type { Models } from './models.ts';

/** What the engine itself has written among a partition's tasks, by the provider's id of the thing. */
const FUNCTIONS = { file: 'upload_file', skill: 'create_skill' };

export type ClaimedKind = keyof typeof FUNCTIONS;

/** No client writes such rows: they say whose things are. */
export const isClaimFunction = (functionName: unknown): boolean =>
  Object.values<unknown>(FUNCTIONS).includes(functionName);

/** How many things of all tenants are looked through for those of one. */
const MAX_SEEN = 5_000;
const BATCH = 100;

/**
 * Whose files and skills are whose in the operator's account at a provider, which does not know our tenants. Each that
 * the engine has made there leaves a row of the partition; one without is nobody's.
 */
export class ProviderClaims {
  private readonly models: Models;

  constructor(models: Models) {
    this.models = models;
  }

  /** @returns false: it is another partition's already, and stays theirs */
  async claim(
    partition: Partition,
    kind: ClaimedKind,
    id: string,
    made: { agentUuid: string; filename?: string; updatedBy: string },
  ): Promise<boolean> {
    const { agentUuid, filename, updatedBy } = made;
    try {
      await this.models.asyncTask.create(partition, {
        ...keyOf(kind, id),
        arguments: { agent_uuid: agentUuid, filename },
        result: id,
        status: 'completed',
        updatedBy,
      });
      return true;
    } catch (error) {
      if (!AppError.is(error, 'entity.conflict')) throw error;
      return this.isOwn(partition, kind, id);
    }
  }

  async isOwn(partition: Partition, kind: ClaimedKind, id: string): Promise<boolean> {
    return (await this.models.asyncTask.get(partition, keyOf(kind, id))) !== undefined;
  }

  /** Those of the partition among the first 5000 that the account lists. */
  async *own<Thing extends { id: string }>(
    partition: Partition,
    kind: ClaimedKind,
    things: AsyncIterable<Thing>,
  ): AsyncGenerator<Thing> {
    let seen = 0;
    let batch: Thing[] = [];
    for await (const thing of things) {
      batch.push(thing);
      if (++seen === MAX_SEEN) break;
      if (batch.length < BATCH) continue;
      yield* await this.claimed(partition, kind, batch);
      batch = [];
    }
    yield* await this.claimed(partition, kind, batch);
  }

  /** What is gone at the provider is nobody's. */
  async forget(partition: Partition, kind: ClaimedKind, id: string): Promise<void> {
    try {
      await this.models.asyncTask.delete(partition, keyOf(kind, id));
    } catch (error) {
      if (!AppError.is(error, 'entity.notFound')) throw error;
    }
  }

  private async claimed<Thing extends { id: string }>(
    partition: Partition,
    kind: ClaimedKind,
    things: readonly Thing[],
  ): Promise<Thing[]> {
    const rows = await this.models.asyncTask.getMany(
      things.map(({ id }) => ({ scope: partition, key: keyOf(kind, id) })),
    );
    return things.filter((_, index) => rows[index] !== undefined);
  }
}

const keyOf = (kind: ClaimedKind, id: string) => ({ functionName: FUNCTIONS[kind], asyncTaskUuid: id });
