import { AppError } from '@agent-engine/errors';
import { z } from 'zod';

/** `function_name` under which every question's async task is stored; clients poll by it. */
export const ASK_MODEL_FUNCTION = 'async_execute_ask_model';

/**
 * A message is sent before its task is written: for so long, from the sending, its receiver waits for the task. Who
 * dies between the two leaves nothing that anybody could wait for.
 */
export const MAX_TASK_DELAY_MS = 10_000;

const schema = z.object({
  version: z.literal(1),
  requestId: z.string(),
  endpointId: z.string(),
  partId: z.string(),
  threadUuid: z.string(),
  /** Lets the runner load the agent while it waits for the task; what the task says counts. */
  agentUuid: z.string().optional(),
  runUuid: z.string(),
  asyncTaskUuid: z.string(),
  /**
   * The socket that wants the answer streamed, the base URL under which its `/@connections/{id}` is reached, and the
   * version of frames it reads, 1 when absent.
   */
  connection: z
    .object({
      id: z.string(),
      callbackUrl: z.url(),
      streamVersion: z.literal([1, 2]).optional(),
      /** Clients at API Gateway parse every frame twice. */
      doubleEncoded: z.boolean().optional(),
    })
    .optional(),
});

/** One question on its way to a runner: ids only. Its content is in the async task's arguments. */
export type TaskMessage = z.output<typeof schema>;

export function encodeTaskMessage(message: TaskMessage): string {
  return JSON.stringify(message);
}

/** @throws AppError `message.malformed` naming what is wrong; such a message can only go to the dead-letter queue */
export function decodeTaskMessage(body: string): TaskMessage {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new AppError('message.malformed', 'The task message is not JSON.', { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new AppError('message.malformed', `The task message does not fit version 1: ${problems}.`);
}
