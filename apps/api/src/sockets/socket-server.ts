import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiConfig } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import type { Logger } from '@agent-engine/observability';
import { Inject, Injectable } from '@nestjs/common';
import { type WebSocket, WebSocketServer } from 'ws';
import { API_CONFIG, LOGGER } from '../core/core.tokens.ts';
import { errorBody } from '../http/http-errors.ts';
import { MAX_FRAME_BYTES } from './client-frame.ts';
import { Connection } from './connection.ts';
import { ConnectionRegistry } from './connection-registry.ts';
import { Dialogue } from './dialogue.ts';
import { type Admission, Handshake } from './handshake.ts';
import { MessageRate } from './message-rate.ts';

/** How long clients have to answer the closing of their socket. */
const GOODBYE_MS = 1_000;

/** The sockets on the HTTP server: accepts, keeps alive, closes. */
@Injectable()
export class SocketServer {
  @Inject(API_CONFIG) private readonly config!: ApiConfig;
  @Inject(LOGGER) private readonly logger!: Logger;
  @Inject(Handshake) private readonly handshake!: Handshake;
  @Inject(Dialogue) private readonly dialogue!: Dialogue;
  @Inject(ConnectionRegistry) private readonly registry!: ConnectionRegistry;
  private readonly protocols = new WeakMap<IncomingMessage, string>();
  private readonly sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: 4 * MAX_FRAME_BYTES,
    handleProtocols: () => false,
  });
  private heartbeat: NodeJS.Timeout | undefined;

  attach(server: Server): void {
    // With a listener for upgrades Node hands over every request that offers one, also HTTP clients that offer h2c.
    Object.assign(server, {
      shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
    });
    server.on('upgrade', (request, socket, head) => void this.upgrade(request, socket, head));
    this.sockets.on('headers', (headers, request) => {
      const protocol = this.protocols.get(request);
      if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
    });
    this.heartbeat = setInterval(() => {
      for (const connection of this.registry.all()) connection.beat();
    }, this.config.sockets.heartbeatMs);
  }

  /** Running answers are streamed to their end, as far as the signal allows; then every client is told to go. */
  async stop(signal: AbortSignal): Promise<void> {
    this.handshake.stop();
    this.dialogue.stop();
    await this.registry.untilIdle(signal);
    clearInterval(this.heartbeat);
    for (const connection of this.registry.all()) connection.close(1001, 'service.stopping');
    await this.registry.untilEmpty(AbortSignal.timeout(GOODBYE_MS));
    for (const connection of this.registry.all()) connection.terminate();
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', (err) => this.logger.debug({ err }, 'socket failed during its handshake'));
    try {
      const admission = await this.handshake.admit(request);
      if (admission.protocol !== undefined) {
        this.protocols.set(request, admission.protocol);
        // A colon makes it no token, which is why ws would refuse to read it.
        delete request.headers['sec-websocket-protocol'];
      }
      this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.accept(webSocket, admission));
    } catch (reason) {
      this.refuse(socket, AppError.from(reason));
    }
  }

  private accept(socket: WebSocket, { partition, credential }: Admission): void {
    const connection = new Connection(socket, partition, credential, this.config.sockets.bufferLimit);
    const rate = new MessageRate();
    this.registry.add(connection);
    socket.on('close', () => this.registry.remove(connection));
    socket.on('error', (err) => this.logger.debug({ err, connectionId: connection.id }, 'socket failed'));
    socket.on('message', (data: Buffer, isBinary) => {
      if (rate.allows()) void this.dialogue.receive(connection, data, isBinary);
      else connection.close(1008, 'request.tooMany');
    });
    connection.send({ type: 'connection_ack', connection_id: connection.id });
  }

  private refuse(socket: Duplex, error: AppError): void {
    const requestId = randomUUID();
    const { status, code } = error;
    this.logger[status >= 500 ? 'warn' : 'debug']({ err: error, code, requestId }, 'handshake refused');
    const body = JSON.stringify(errorBody(error, requestId));
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
    ];
    socket.once('finish', () => socket.destroy());
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
}
