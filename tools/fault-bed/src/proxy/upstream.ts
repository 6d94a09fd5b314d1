import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Answer } from './answer.ts';

/** Connections to the real server, kept open. */
export class Upstream {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512 });
  private readonly url: URL;

  constructor(endpoint: string) {
    this.url = new URL(endpoint);
  }

  /** Bytes as they came; only the headers of the connection itself are this proxy's own. */
  async send(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const { connection: _connection, 'transfer-encoding': _encoding, ...passed } = headers;
    const outgoing = request(this.url, {
      method: 'POST',
      agent: this.agent,
      headers: { ...passed, 'content-length': body.byteLength },
    });
    outgoing.end(body);
    let incoming: IncomingMessage;
    try {
      [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    } catch (error) {
      // The server had just closed a connection that lay idle: nothing was lost but this one.
      if (outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET')
        return this.send(headers, body);
      throw error;
    }
    return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: await buffer(incoming) };
  }

  /** A call of the proxy's own, in the name of the client whose headers these are: they name its database. */
  async call<T>(headers: IncomingHttpHeaders, target: string, input: object): Promise<T> {
    const answer = await this.send(
      { ...headers, 'x-amz-target': target },
      Buffer.from(JSON.stringify(input)),
    );
    const output = JSON.parse(answer.body.toString()) as T;
    if (answer.status !== 200) throw new Error(`${target} of the fault proxy: ${answer.body.toString()}`);
    return output;
  }

  stop(): void {
    this.agent.destroy();
  }
}
