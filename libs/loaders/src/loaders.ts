import type { Agent, EntityDefinition, ItemOf, KeyOf, Run } from '@agent-engine/entities';
import { everyone, type Models, Owner, type Repository, type ScopeOf } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import DataLoader from 'dataloader';

/** Reads that one operation makes more than once, or many at a time, become one batch. They die with the operation. */
export function createLoaders(models: Models, partition: Partition) {
  const llm = byKey(models.llm, () => everyone);
  const agent = byKey(models.agent, () => partition);
  const thread = byKey(models.thread, () => partition);
  const mcpServer = byKey(models.mcpServer, () => partition);

  /** The active version by `agent_uuid`: one query per different agent. */
  const activeAgent = new DataLoader<string, Agent | undefined>((uuids) =>
    Promise.all(uuids.map((uuid) => models.agent.active(partition, uuid))),
  );

  /** Whether a thread is the partition's, as proof to read what belongs to it. */
  const owner = async (threadUuid: string): Promise<Owner | undefined> => {
    const found = await thread.load({ threadUuid });
    return found && Owner.of(partition, found);
  };

  const run = new DataLoader<{ threadUuid: string; runUuid: string }, Run | undefined, string>(
    async (keys) => {
      const owners = await Promise.all(keys.map(({ threadUuid }) => owner(threadUuid)));
      const owned = keys.flatMap(({ runUuid }, i) =>
        owners[i] ? [{ scope: owners[i], key: { runUuid }, i }] : [],
      );
      const runs = await models.run.getMany(owned);
      const found = new Map(owned.map(({ i }, position) => [i, runs[position]]));
      return keys.map((_, i) => found.get(i));
    },
    { cacheKeyFn: ({ threadUuid, runUuid }) => JSON.stringify([threadUuid, runUuid]) },
  );

  return { llm, agent, activeAgent, thread, mcpServer, owner, run };
}

export type Loaders = ReturnType<typeof createLoaders>;

function byKey<D extends EntityDefinition>(repository: Repository<D>, scope: () => ScopeOf<D>) {
  return new DataLoader<KeyOf<D>, ItemOf<D> | undefined, string>(
    (keys) => repository.getMany(keys.map((key) => ({ scope: scope(), key }))),
    { cacheKeyFn: (key) => JSON.stringify(Object.values(key)) },
  );
}
