import { AnswerStream, type RunEvent } from '@agent-engine/agent-handlers';
import type { Logger } from '@agent-engine/observability';
import type { TaskMessage } from '@agent-engine/queue';
import type { PushClient } from '../push/push-client.ts';

/** The asker's socket, if there is one. What goes wrong with it is logged and does not concern the answer. */
export interface ClientStream {
  observe(event: RunEvent): void;
  completed(result: Record<string, string | number | undefined>): Promise<void>;
  /** @param detail `code: sentence`, as in the task's notes */
  failed(detail: string): Promise<void>;
}

/** @param onGone called when the socket turns out to be closed */
export function clientStream(
  push: PushClient,
  { connection, runUuid }: TaskMessage,
  { attempt, onGone, logger }: { attempt: number; onGone: () => void; logger: Logger },
): ClientStream {
  if (!connection) return nobody;
  let gone = false;
  let troubled = false;
  const stream = new AnswerStream({
    connectionId: connection.id,
    runUuid,
    attempt,
    send: async (frame) => {
      if (gone) return;
      try {
        if (await push.send(connection, frame)) return;
        gone = true;
        onGone();
      } catch (error) {
        if (!troubled) logger.warn({ err: error }, 'a frame could not be pushed');
        troubled = true;
      }
    },
  });
  return {
    observe: (event) => stream.observe(event),
    completed: (result) => stream.end({ type: 'result', result, status: 'completed' }),
    failed: (detail) => stream.end({ type: 'error', run_uuid: runUuid, detail }),
  };
}

const nobody: ClientStream = {
  observe: () => {},
  completed: () => Promise.resolve(),
  failed: () => Promise.resolve(),
};
