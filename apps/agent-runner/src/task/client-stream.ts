import { setTimeout as delay } from 'node:timers/promises';
import {
  AnswerStream,
  type DataFormat,
  type Frame,
  LEGACY_MIN_CHUNK,
  legacyFrame,
  type RunEvent,
  type RunFacts,
} from '@agent-engine/agent-handlers';
import type { Models, Owner } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import type { TaskMessage } from '@agent-engine/queue';
import { FrameLog } from '../push/frame-log.ts';
import type { PushClient } from '../push/push-client.ts';

/** Of a step's end a client this slow may miss what it had not read yet, should its runner die in that moment. */
const MAX_DRAIN_MS = 1_000;
/** So long, all in all, a run waits for a way to its client that only leads to failures. */
const MAX_FRUITLESS_MS = 10_000;

/** What the agent and the asker want of a stream; known when the agent is loaded. */
export interface StreamBeginning {
  dataFormat: DataFormat;
  /** The client may come back for what it has missed, and its leaving does not end the run. */
  resumable: boolean;
  /** Of an answer that an earlier attempt has begun: how much of it stands. */
  textLength?: number;
}

/** The asker's socket, if there is one. What goes wrong with it is logged and does not concern the answer. */
export interface ClientStream {
  begin(beginning: StreamBeginning): void;
  observe(event: RunEvent): Promise<void> | undefined;
  /** Resolves when the client has been sent all that was observed, or is too slow to be waited for. */
  drained(): Promise<void>;
  completed(result: RunFacts): Promise<void>;
  /** @param detail `code: sentence`, as in the task's notes */
  failed(detail: string, result?: RunFacts): Promise<void>;
}

export interface ClientStreamOptions {
  push: PushClient;
  models: Models;
  owner: Owner | undefined;
  attempt: number;
  /** Called when the socket turns out to be closed and nobody is going to come back. */
  onGone: () => void;
  logger: Logger;
}

export function clientStream(
  { connection, runUuid }: TaskMessage,
  { push, models, owner, attempt, onGone, logger }: ClientStreamOptions,
): ClientStream {
  if (!connection) return nobody;
  const isLegacy = connection.streamVersion !== 2;
  let gone = false;
  let fruitlessMs = 0;
  let log: FrameLog | undefined;

  const pushFrame = async (frame: Frame) => {
    const told = isLegacy ? legacyFrame(frame) : frame;
    if (gone || !told) return;
    const begunAt = performance.now();
    try {
      if (await push.send(connection, told)) return;
      gone = true;
      if (!log) onGone();
    } catch (error) {
      if (fruitlessMs === 0) logger.warn({ err: error }, 'a frame could not be pushed');
      fruitlessMs += performance.now() - begunAt;
      gone = fruitlessMs > MAX_FRUITLESS_MS;
    }
  };
  const stream = new AnswerStream({
    connectionId: connection.id,
    runUuid,
    attempt,
    ...(isLegacy && { minChunk: LEGACY_MIN_CHUNK }),
    send: async (frame) => {
      log?.append(frame);
      await pushFrame(frame);
    },
  });
  const end = async (...last: Parameters<AnswerStream['end']>) => {
    await stream.end(...last);
    await log?.written();
  };
  return {
    begin: ({ resumable, ...beginning }) => {
      if (resumable && owner) {
        log = new FrameLog(models, owner, runUuid, (error) =>
          logger.warn({ err: error }, 'frames cannot be kept'),
        );
      }
      stream.begin(beginning);
    },
    observe: (event) => stream.observe(event),
    drained: () =>
      Promise.race([
        stream.drained().then(() => log?.written()),
        delay(MAX_DRAIN_MS, undefined, { ref: false }),
      ]),
    completed: (result) => end('completed', { result }),
    failed: (detail, result) =>
      end(detail.startsWith('run.cancelled') ? 'cancelled' : 'failed', { detail, result }),
  };
}

const nobody: ClientStream = {
  begin: () => {},
  observe: () => undefined,
  drained: () => Promise.resolve(),
  completed: () => Promise.resolve(),
  failed: () => Promise.resolve(),
};
