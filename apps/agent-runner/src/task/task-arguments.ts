import { configurationKeys } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import { z } from 'zod';

const schema = configurationKeys.pipe(
  z.looseObject({
    agent_uuid: z.string(),
    user_query: z.string(),
    updated_by: z.string().nullish(),
  }),
);

export interface TaskArguments {
  agentUuid: string;
  question: string;
  updatedBy: string;
}

/** What the asker put into the task. @throws AppError `message.malformed` */
export function taskArguments(stored: unknown): TaskArguments {
  const parsed = schema.safeParse(stored);
  if (!parsed.success) throw new AppError('message.malformed', 'The task lacks its question or its agent.');
  const { agent_uuid: agentUuid, user_query: question, updated_by: updatedBy } = parsed.data;
  return { agentUuid, question, updatedBy: updatedBy || 'agent-runner' };
}
