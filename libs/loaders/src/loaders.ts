import type { EntityDefinition, ItemOf, KeyOf, Run } from '@agent-engine/entities';
import {
  everyone,
  type Models,
  Owner,
  type Repository,
  type ScopeOf,
  type VersionedDefinition,
  type VersionedRepository,
} from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import DataLoader from 'dataloader';

/** Reads that one operation makes more than once, or many at a time, become one batch. They die with the operation. */
export function createLoaders(models: Models, partition: Partition) {
  const llm = byKey(models.llm, () => everyone);
  const agent = byKey(models.agent, () => partition);
  const thread = byKey(models.thread, () => partition);
  const mcpServer = byKey(models.mcpServer, () => partition);
  const flowSnippet = byKey(models.flowSnippet, () => partition);
  const uiComponent = byKey(models.uiComponent, () => everyone);
  const element = byKey(models.element, () => partition);
  const wizard = byKey(models.wizard, () => partition);
  const wizardGroup = byKey(models.wizardGroup, () => partition);
  const wizardSchema = byKey(models.wizardSchema, () => everyone);

  const activeAgent = activeVersion(models.agent, partition);
  const activePromptTemplate = activeVersion(models.promptTemplate, partition);

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

  /** All of a thread at once: one query each. */
  const runsOfThread = byThread(models.run, owner);
  const messagesOfThread = byThread(models.message, owner);
  const toolCallsOfThread = byThread(models.toolCall, owner);

  return {
    llm,
    agent,
    activeAgent,
    activePromptTemplate,
    thread,
    mcpServer,
    flowSnippet,
    uiComponent,
    element,
    wizard,
    wizardGroup,
    wizardSchema,
    owner,
    run,
    runsOfThread,
    messagesOfThread,
    toolCallsOfThread,
  };
}

export type Loaders = ReturnType<typeof createLoaders>;

function byKey<D extends EntityDefinition>(repository: Repository<D>, scope: () => ScopeOf<D>) {
  return new DataLoader<KeyOf<D>, ItemOf<D> | undefined, string>(
    (keys) => repository.getMany(keys.map((key) => ({ scope: scope(), key }))),
    { cacheKeyFn: (key) => JSON.stringify(Object.values(key)) },
  );
}

/** The active version by family: one query per different family. */
function activeVersion<D extends VersionedDefinition>(
  repository: VersionedRepository<D>,
  partition: Partition,
) {
  return new DataLoader<string, ItemOf<D> | undefined>((families) =>
    Promise.all(families.map((family) => repository.active(partition, family))),
  );
}

/** Rows a conversation's page shows at most. */
const MAX_OF_THREAD = 1000;

function byThread<D extends EntityDefinition & { readonly scope: 'child' }>(
  repository: Repository<D>,
  ownerOf: (threadUuid: string) => Promise<Owner | undefined>,
) {
  return new DataLoader<string, ItemOf<D>[]>((threads) =>
    Promise.all(
      threads.map(async (threadUuid) => {
        const owner = await ownerOf(threadUuid);
        if (!owner) return [];
        const { items } = await repository.list(owner as ScopeOf<D>, {
          limit: MAX_OF_THREAD,
          order: 'descending',
        });
        return items.reverse();
      }),
    ),
  );
}
