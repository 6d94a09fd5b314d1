import { randomUUID } from 'node:crypto';
import type { ApiConfig } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import type { Logger } from '@agent-engine/observability';
import { PartitionContext } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';
import { API_CONFIG, LOGGER } from '../core/core.tokens.ts';
import { RequestIdContext } from '../http/request-id.context.ts';
import { AskPort } from './ask-port.ts';
import { askRequest, type ClientFrame, readClientFrame, resumeRequest } from './client-frame.ts';
import type { Connection } from './connection.ts';
import { replayFrames, silence } from './frame-replay.ts';

/** What a socket may say and what it is answered. One question at a time: frames sent during a run are swallowed, pings are not. */
@Injectable()
export class Dialogue {
  @Inject(API_CONFIG) private readonly config!: ApiConfig;
  @Inject(LOGGER) private readonly logger!: Logger;
  @Inject(PartitionContext) private readonly partition!: PartitionContext;
  @Inject(RequestIdContext) private readonly requestId!: RequestIdContext;
  @Inject(AskPort) private readonly questions!: AskPort;
  private stopping = false;

  /** From now on questions are refused; those that run go on. */
  stop(): void {
    this.stopping = true;
  }

  /** Never rejects: what goes wrong becomes an error frame. */
  receive(connection: Connection, data: Buffer, isBinary: boolean): Promise<void> {
    return this.requestId.run(randomUUID(), () =>
      this.partition.run(connection.partition, async () => {
        try {
          await this.answer(connection, data, isBinary);
        } catch (reason) {
          const error = AppError.from(reason);
          this.logger[error.status >= 500 ? 'error' : 'debug'](
            { err: error, code: error.code },
            'frame refused',
          );
          connection.sendError(error);
        }
      }),
    );
  }

  private async answer(connection: Connection, data: Buffer, isBinary: boolean): Promise<void> {
    connection.lastActiveAt = new Date();
    const { busy } = connection.run;
    const frame = busy ? quietly(() => readClientFrame(data, isBinary)) : readClientFrame(data, isBinary);
    if (frame?.action === 'ping') connection.send(pong(connection, frame));
    else if (busy || !frame) return;
    else if (frame.action === 'ask_model') await this.ask(connection, frame);
    else if (frame.action === 'resume') await this.resume(connection, frame);
    else
      throw new AppError(
        'request.malformed',
        `The action ${JSON.stringify(frame.action.slice(0, 64))} is unknown: use ask_model, resume or ping.`,
      );
  }

  private async ask(connection: Connection, frame: ClientFrame): Promise<void> {
    const request = askRequest(frame.arguments, connection.id, connection.subject);
    if (this.stopping) {
      throw new AppError('service.stopping', 'This server is about to stop: connect again and ask then.');
    }
    const { run } = connection;
    run.begin(request.runUuid, this.config.sockets.runSilenceMs, () => connection.sendError(silence()));
    try {
      const { threadUuid, currentRunUuid } = await this.questions.ask(request);
      const abandon = () => this.abandon(connection, threadUuid, currentRunUuid);
      if (connection.isOpen) run.accepted(currentRunUuid, abandon);
      else if (!run.hasEnded(currentRunUuid)) abandon();
    } catch (error) {
      run.end();
      throw error;
    }
  }

  private abandon({ partition }: Connection, threadUuid: string, runUuid: string): void {
    const told = this.partition.run(partition, () => this.questions.abandoned(threadUuid, runUuid));
    told.catch((err: unknown) => this.logger.warn({ err, runUuid }, 'a run goes on without its client'));
  }

  /** A run whose frames are kept goes on on this socket, from after the last frame the client has. */
  private async resume(connection: Connection, frame: ClientFrame): Promise<void> {
    const { threadUuid, runUuid, afterSeq } = resumeRequest(frame.arguments);
    const { run } = connection;
    const { runSilenceMs: silenceMs } = this.config.sockets;
    run.begin(runUuid, silenceMs, () => {});
    try {
      const frames = await this.questions.framesOf(threadUuid, runUuid);
      await replayFrames(connection, frames, { afterSeq, silenceMs });
    } catch (error) {
      if (!AppError.is(error, 'connection.gone')) throw error;
    } finally {
      run.endOf(runUuid);
    }
  }
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function pong(connection: Connection, { id }: ClientFrame) {
  const message = `Hello at ${new Date().toTimeString().slice(0, 8)}!!`;
  return {
    type: 'pong',
    connection_id: connection.id,
    ...(id !== undefined && { id }),
    result: { data: { ping: message } },
    message,
  };
}
