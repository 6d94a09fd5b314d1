import type { Agent, Llm, Run, Thread } from '@agent-engine/entities';
import type { Partition } from '@agent-engine/partition';
import type { Models } from './models.ts';
import { Owner } from './owner.ts';

const one = { limit: 1 };

/** What still stands on a row: true means it cannot be deleted. One query each, of one row. */
export const isInUse = {
  async agent(models: Models, partition: Partition, { agentUuid }: Agent): Promise<boolean> {
    return (await models.thread.list(partition, { ...one, agentUuid })).items.length > 0;
  },
  async thread(models: Models, partition: Partition, thread: Thread): Promise<boolean> {
    return (await models.run.list(Owner.of(partition, thread), one)).items.length > 0;
  },
  async run(models: Models, owner: Owner, { runUuid }: Run): Promise<boolean> {
    const [messages, toolCalls] = await Promise.all([
      models.message.list(owner, { ...one, runUuid }),
      models.toolCall.list(owner, { ...one, runUuid }),
    ]);
    return messages.items.length > 0 || toolCalls.items.length > 0;
  },
  /** Only the caller's own partition can be asked: looking at every tenant's agents would be a scan. */
  async llm(models: Models, partition: Partition, { llmProvider, llmName }: Llm): Promise<boolean> {
    return (await models.agent.list(partition, { ...one, llmProvider, llmName })).items.length > 0;
  },
};
