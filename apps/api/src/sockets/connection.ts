import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@agent-engine/errors';
import type { Partition } from '@agent-engine/partition';
import { WebSocket } from 'ws';
import type { Credential } from '../auth/credential.ts';
import { type PushedFrame, RunTracker } from './run-tracker.ts';

/** setTimeout cannot wait longer; a socket of 24 days may well be asked to come back. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One accepted socket: whose it is, what it is doing, and the ways to write to it. */
export class Connection {
  readonly id = randomUUID();
  readonly connectedAt = new Date();
  readonly partition: Partition;
  readonly subject: string | undefined;
  readonly run = new RunTracker(this.id);
  lastActiveAt = this.connectedAt;
  private readonly socket: WebSocket;
  private readonly bufferLimit: number;
  private readonly expiry: NodeJS.Timeout | undefined;
  private answersPings = true;

  constructor(socket: WebSocket, partition: Partition, credential: Credential, bufferLimit: number) {
    this.socket = socket;
    this.partition = partition;
    this.subject = credential.subject;
    this.bufferLimit = bufferLimit;
    if (credential.expiresAt !== undefined) {
      const left = Math.min(credential.expiresAt - Date.now(), LONGEST_TIMER_MS);
      this.expiry = setTimeout(() => socket.close(4001, 'auth.expired'), left);
    }
    socket.on('pong', () => (this.answersPings = true));
    socket.on('close', () => {
      clearTimeout(this.expiry);
      this.run.close();
    });
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Resolves when the client has read enough for more to be pushed, or has gone. */
  async drained(): Promise<void> {
    while (this.isOpen && this.socket.bufferedAmount > this.bufferLimit / 2) await delay(20);
  }

  send(frame: object): void {
    if (this.isOpen) this.socket.send(JSON.stringify(frame));
  }

  /** A failure the client should know of; the socket stays open for the next request. */
  sendError({ code, message, isRetryable }: AppError): void {
    const retryable = isRetryable ? { retryable: true } : {};
    this.send({ type: 'error', detail: `${code}: ${message}`, code, ...retryable });
  }

  /**
   * Passes on what a runner has written, as one text frame.
   * @throws AppError `connection.gone` when the socket has closed, or is closed now for reading too slowly
   */
  push(text: string): void {
    if (!this.isOpen) throw gone();
    if (this.socket.bufferedAmount + Buffer.byteLength(text) > this.bufferLimit) {
      this.socket.terminate(); // A close frame would queue behind what the client does not read.
      throw gone();
    }
    const frame = parseFrame(text);
    if (frame && !this.run.admits(frame)) return;
    this.lastActiveAt = new Date();
    this.socket.send(text);
    if (frame) this.run.observe(frame);
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** Pings; a socket that has not answered the last one is dead. */
  beat(): void {
    if (!this.answersPings) {
      this.socket.terminate();
      return;
    }
    this.answersPings = false;
    this.socket.ping();
  }
}

export const gone = () => new AppError('connection.gone', 'The connection is closed.');

function parseFrame(text: string): PushedFrame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as PushedFrame) : undefined;
  } catch {
    return undefined;
  }
}
