import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';

export type Frame = Record<string, unknown>;

/** A client that keeps what it receives and can be asked for it in order. */
export class SocketClient {
  readonly socket: WebSocket;
  private readonly received: Frame[] = [];
  private wake: () => void = () => {};
  private read = 0;

  constructor(url: string, options?: ClientOptions) {
    this.socket = new WebSocket(url.replace(/^http/, 'ws'), options);
    this.socket.on('error', () => {});
    this.socket.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString()) as Frame);
      this.wake();
    });
  }

  /** The next frame that has not been taken yet. */
  async next(): Promise<Frame> {
    while (this.received.length <= this.read) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.received[this.read++] ?? {};
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  ask(args: Frame = {}): void {
    const base = { agent_uuid: 'agent', user_query: 'How?', updated_by: 'spec', stream: true };
    this.send({ action: 'ask_model', arguments: { ...base, ...args } });
  }

  /** A pong proves that everything sent before has been read. */
  async settled(): Promise<void> {
    this.send({ action: 'ping', id: 'settled' });
    let frame = await this.next();
    while (frame.id !== 'settled') frame = await this.next();
  }

  async closed(): Promise<{ code: number; reason: string }> {
    const [code, reason] = (await once(this.socket, 'close')) as [number, Buffer];
    return { code, reason: reason.toString() };
  }
}

/** An accepted socket and its connection id. */
export async function connect(url: string, options?: ClientOptions) {
  const client = new SocketClient(url, options);
  const { type, connection_id: id } = await client.next();
  if (type !== 'connection_ack') throw new Error(`expected connection_ack, got ${String(type)}`);
  return Object.assign(client, { id: String(id) });
}

/** The HTTP answer with which a handshake is refused. */
export async function refusal(
  url: string,
  options?: ClientOptions,
): Promise<{ status: number; code: string }> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), options);
  socket.on('error', () => {});
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    AsyncIterable<Buffer> & { statusCode: number },
  ];
  let text = '';
  for await (const chunk of response) text += chunk.toString();
  const { errors } = JSON.parse(text) as { errors: [{ extensions: { code: string } }] };
  return { status: response.statusCode, code: errors[0].extensions.code };
}
