import type { Owner } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import type { ReceivedTask, TaskMessage } from '@agent-engine/queue';
import { clientStream } from './client-stream.ts';
import type { RunServices } from './run-services.ts';
import type { TaskRecord } from './task-record.ts';

/** Ends the client's stream for a runner that died between the last record and the last frame. */
export async function tellOutcome(
  services: RunServices,
  told: { received: ReceivedTask; record: TaskRecord; owner: Owner; logger: Logger },
): Promise<void> {
  const { received, record, owner, logger } = told;
  const { message } = received;
  const state = await services.models.runState.get(owner, { runUuid: message.runUuid });
  if (state?.isTold) return;
  // Numbers that no attempt has used.
  const attempt = (state?.attempts ?? 0) + 1;
  const client = clientStream(message, { ...services, owner, attempt, onGone: () => {}, logger });
  if (record.task.status === 'completed') await client.completed(idsOf(message));
  else await client.failed(record.task.notes ?? '', idsOf(message));
  await services.models.runState.told(owner, message.runUuid);
}

/** Names of everything that belongs to one question, as clients know them. */
export const idsOf = ({ threadUuid, runUuid, asyncTaskUuid }: TaskMessage) => ({
  thread_uuid: threadUuid,
  run_uuid: runUuid,
  current_run_uuid: runUuid,
  async_task_uuid: asyncTaskUuid,
});
