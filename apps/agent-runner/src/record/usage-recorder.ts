import type { MeteredUsage } from '@agent-engine/agent-handlers';
import type { AsyncTask } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { Models, Owner } from '@agent-engine/models';

/** Whose run it was, as far as it is known when it ends. */
export interface UsageFacts {
  runUuid: string;
  task: AsyncTask;
  agentUuid?: string;
  userId?: string;
  llmProvider?: string;
  llmName?: string;
  status: 'completed' | 'failed' | 'cancelled';
}

/** Writes the usage row of a run; again, by a later attempt, over the same row. */
export async function recordUsage(
  models: Models,
  { partition, threadUuid }: Owner,
  { task, ...facts }: UsageFacts,
  { tokens, ...metered }: MeteredUsage,
): Promise<void> {
  // The day of the question: an attempt after midnight must not make a second row.
  const day = task.createdAt.slice(0, 10);
  const key = { partitionKey: partition.key, usageKey: `${day}#${threadUuid}#${facts.runUuid}` };
  const values = { day, threadUuid, ...facts, ...metered, ...tokens };
  try {
    await models.usage.create(partition, { ...key, ...values });
  } catch (error) {
    if (!AppError.is(error, 'entity.conflict')) throw error;
    await models.usage.update(partition, key, values);
  }
}
