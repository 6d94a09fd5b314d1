import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const READS = /\.(Get|BatchGet)Item$|\.Query$|\.Describe/;

export interface CrashProxy {
  /** Stands for `target`, path included. */
  urlOf: (target: string) => Promise<string>;
  /**
   * Calls so far that may have changed something: dying between two of them is the same wherever it happens. As
   * `POST DynamoDB_20120810.PutItem` and the like.
   */
  calls: string[];
  /** The others, by the same names. */
  reads: string[];
  /** When the answer to the next of these calls but `number` - 1 has come, `crash` is called instead of passing it on. */
  crashAt: (number: number, crash: () => Promise<void>) => void;
  stop: () => Promise<void>;
}

/** Stands between a runner and everything it calls, and counts. What it calls has happened; the runner never knows. */
export function startCrashProxy(): CrashProxy {
  const servers: Server[] = [];
  const calls: string[] = [];
  const reads: string[] = [];
  let crash = { at: Infinity, happen: () => Promise.resolve() };

  async function urlOf(target: string): Promise<string> {
    const { origin, hostname, port, pathname } = new URL(target);
    const server = createServer((incoming, outgoing) => {
      const { method, url: path, headers } = incoming;
      const name = `${method} ${String(headers['x-amz-target'] ?? path)}`;
      const isRead = READS.test(name);
      if (isRead) reads.push(name);
      const number = isRead ? calls.length : calls.push(name);
      const crashes = number === crash.at && !isRead;
      const onward = httpRequest({ hostname, port, method, path, headers }, (answer) => {
        if (crashes) {
          void buffer(answer).then(crash.happen);
        } else if (number < crash.at) {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        } else answer.resume();
      });
      onward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => !outgoing.writableFinished && !crashes && onward.destroy());
      incoming.pipe(onward);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return pathname === '/' ? target.replace(origin, own).replace(/\/$/, '') : target.replace(origin, own);
  }

  return {
    urlOf,
    calls,
    reads,
    crashAt: (at, happen) => {
      crash = { at: calls.length + at, happen };
    },
    stop: async () => {
      await Promise.all(
        servers.map(async (server) => {
          const closed = once(server, 'close');
          server.close();
          server.closeAllConnections();
          await closed;
        }),
      );
    },
  };
}
