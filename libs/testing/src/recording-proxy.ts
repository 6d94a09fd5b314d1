import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { listenLocally } from './listen-locally.ts';

export interface DatabaseCall {
  /** `PutItem`, `TransactWriteItems`, … */
  operation: string;
  /** Tables it names. */
  tables: string[];
  /** When it came in and when its answer was there, by `performance.now()`. */
  receivedAt: number;
  answeredAt?: number;
}

export interface RecordingProxy {
  endpoint: string;
  /** Every call that reached the database through here, in order. */
  calls: DatabaseCall[];
  stop(): Promise<void>;
}

/**
 * Passes everything on to a DynamoDB endpoint and keeps what passed: what processes really ask of the database.
 * @param delayMs how long a call is held back on its way there
 */
export async function startRecordingProxy(
  target: string,
  { delayMs }: { delayMs?: (call: DatabaseCall) => number } = {},
): Promise<RecordingProxy> {
  const agent = new Agent({ keepAlive: true });
  const calls: DatabaseCall[] = [];
  const pass = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming);
    const call = described(incoming, body);
    calls.push(call);
    if (delayMs) await delay(delayMs(call));
    const { method, headers, url: path } = incoming;
    const outgoing = request(target, { agent, method, headers, path }, (answer) => {
      void buffer(answer).then((content) => {
        call.answeredAt = performance.now();
        response.writeHead(answer.statusCode ?? 502, answer.headers).end(content);
      });
    });
    outgoing.on('error', () => response.destroy());
    outgoing.end(body);
  };
  const server = createServer((incoming, response) => {
    // A client that went away in mid-request has not called.
    pass(incoming, response).catch(() => response.destroy());
  });
  const endpoint = await listenLocally(server);
  return {
    endpoint,
    calls,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

function described({ headers }: IncomingMessage, body: Buffer): DatabaseCall {
  const operation = String(headers['x-amz-target']).replace(/^.*\./, '');
  const names = body.toString().matchAll(/"TableName":"([^"]+)"|"RequestItems":\{"([^"]+)"/g);
  const tables = [...new Set([...names].map(([, single, first]) => single ?? first ?? ''))];
  return { operation, tables, receivedAt: performance.now() };
}
