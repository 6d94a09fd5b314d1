import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.ts';
import { type Connection, gone } from './connection.ts';

/** The open sockets of this process, by connection id. */
@Injectable()
export class ConnectionRegistry {
  @Inject(Metrics) private readonly metrics!: Metrics;
  private readonly connections = new Map<string, Connection>();

  add(connection: Connection): void {
    this.connections.set(connection.id, connection);
    this.metrics.openSockets.inc();
  }

  remove(connection: Connection): void {
    if (this.connections.delete(connection.id)) this.metrics.openSockets.dec();
  }

  /** @throws AppError `connection.gone` */
  get(id: string): Connection {
    const connection = this.connections.get(id);
    if (!connection) throw gone();
    return connection;
  }

  get size(): number {
    return this.connections.size;
  }

  all(): MapIterator<Connection> {
    return this.connections.values();
  }

  /** Resolves when no socket waits for an answer, or when the signal says that it was long enough. */
  async untilIdle(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && [...this.all()].some(({ run }) => run.busy)) await delay(50);
  }

  async untilEmpty(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.size > 0) await delay(20);
  }
}
