import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { chunkTimes, marked } from './timed-provider.ts';

export interface Asked {
  /** When the question left. */
  askedAt: number;
  /** By which it is known at the provider. */
  mark: string;
  /** From each chunk's leaving the provider to its frame's arrival here, in milliseconds. */
  latencies: number[];
}

interface Frame {
  type?: string;
  detail?: string;
  chunk_delta?: string;
  result?: unknown;
}

/** One socket of one tenant. */
export class Asker {
  private readonly socket: WebSocket;
  private readonly agentUuid: string;

  private constructor(socket: WebSocket, agentUuid: string) {
    this.socket = socket;
    this.agentUuid = agentUuid;
  }

  static async connect(url: string, agentUuid: string): Promise<Asker> {
    const socket = new WebSocket(url);
    await once(socket, 'message');
    return new Asker(socket, agentUuid);
  }

  /** Resolves with the end of the answer. @throws Error with what the engine says when there is none */
  async ask(): Promise<Asked> {
    const mark = randomUUID();
    const latencies: number[] = [];
    const over = new Promise<void>((resolve, reject) => {
      const hear = (data: Buffer) => {
        const now = performance.now();
        const frame = JSON.parse(data.toString()) as Frame;
        if (frame.chunk_delta) latencies.push(...chunkTimes(frame.chunk_delta).map((sent) => now - sent));
        if (!frame.result && frame.type !== 'error') return;
        this.socket.off('message', hear);
        if (frame.type === 'error') reject(new Error(frame.detail));
        else resolve();
      };
      this.socket.on('message', hear);
    });
    const askedAt = performance.now();
    this.socket.send(
      JSON.stringify({
        action: 'ask_model',
        arguments: {
          agent_uuid: this.agentUuid,
          thread_uuid: randomUUID(),
          user_query: marked(mark),
          updated_by: 'bench',
          stream: true,
        },
      }),
    );
    await over;
    return { askedAt, mark, latencies };
  }

  close(): void {
    this.socket.terminate();
  }
}
