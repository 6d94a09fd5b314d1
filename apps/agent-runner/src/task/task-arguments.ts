import { configurationKeys } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import { type InputFile, readInputFiles } from '@agent-engine/files';
import { z } from 'zod';

const schema = configurationKeys.pipe(
  z.looseObject({
    agent_uuid: z.string(),
    user_query: z.string(),
    updated_by: z.string().nullish(),
    input_files: z.unknown().optional(),
    on_disconnect: z.enum(['cancel', 'finish']).nullish(),
    user_id: z.string().nullish(),
  }),
);

export interface TaskArguments {
  agentUuid: string;
  question: string;
  inputFiles: InputFile[];
  updatedBy: string;
  /** Absent: as the agent says. */
  onDisconnect?: 'cancel' | 'finish';
  userId?: string;
}

/** What the asker put into the task. @throws AppError `message.malformed`, `argument.*` for its files */
export function taskArguments(stored: unknown): TaskArguments {
  const parsed = schema.safeParse(stored);
  if (!parsed.success) throw new AppError('message.malformed', 'The task lacks its question or its agent.');
  const { agent_uuid: agentUuid, user_query: question, updated_by: updatedBy } = parsed.data;
  const inputFiles = readInputFiles(parsed.data.input_files, 'input_files');
  const { on_disconnect: onDisconnect, user_id: userId } = parsed.data;
  return {
    agentUuid,
    question,
    inputFiles,
    updatedBy: updatedBy || 'agent-runner',
    ...(onDisconnect && { onDisconnect }),
    ...(userId && { userId }),
  };
}
