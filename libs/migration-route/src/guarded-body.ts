import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { ATTEMPT_MS } from './fence-protocol.ts';

/** What permitted the request did not hold any more when its connection was there. Nothing was sent. */
export class NotSent extends Error {}

/**
 * The bytes of one attempt, handed to the connection in one go and only if they may still be sent at that moment. Between
 * the decision to send and a free, connected socket a process may wait, or be stopped, for any length of time. As nothing
 * of a request is sent before its body, and the HTTP client hands a body that is a stream its request, this is the place.
 */
export class GuardedBody extends Readable {
  /** On the monotonic clock; undefined as long as nothing has been sent. */
  sentAt: number | undefined;
  private readonly bytes: string | Uint8Array;
  private readonly isPermitted: () => boolean;
  private readonly hasDeadline: boolean;
  private deadline: NodeJS.Timeout | undefined;

  constructor(bytes: string | Uint8Array, options: { isPermitted: () => boolean; hasDeadline: boolean }) {
    super();
    this.bytes = bytes;
    this.isPermitted = options.isPermitted;
    this.hasDeadline = options.hasDeadline;
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    const request = destination as unknown as ClientRequest;
    request.once('socket', (socket) => whenConnected(socket, () => this.sendTo(request)));
    return destination;
  }

  /** The attempt is over. */
  settle(): void {
    clearTimeout(this.deadline);
  }

  private sendTo(request: ClientRequest): void {
    if (request.destroyed) return;
    if (!this.isPermitted()) {
      request.destroy(new NotSent('The route has to be read again before this request.'));
      return;
    }
    this.sentAt = performance.now();
    if (this.hasDeadline) this.deadline = setTimeout(() => request.destroy(unanswered()), ATTEMPT_MS);
    request.end(this.bytes);
  }
}

function whenConnected(socket: Socket, send: () => void): void {
  if (socket.connecting) socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', send);
  else send();
}

/** Named so that the SDK tries again. */
const unanswered = () =>
  Object.assign(new Error(`The database did not answer within ${ATTEMPT_MS} ms.`), { code: 'ETIMEDOUT' });
