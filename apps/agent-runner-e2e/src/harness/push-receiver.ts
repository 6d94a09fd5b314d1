import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface PushedFrame extends Record<string, unknown> {
  message_group_id?: string;
  index?: number;
  chunk_delta?: string;
  is_message_end?: boolean;
  type?: string;
  detail?: string;
  seq?: number;
  data_format?: string;
}

export interface PushReceiver {
  url: string;
  frames: (connectionId: string) => PushedFrame[];
  headers: IncomingHttpHeaders[];
  /** From now on this connection does not exist any more. */
  close: (connectionId: string) => void;
  /** From now on every push is answered with this status, or with nothing at all. */
  failWith: (failure: number | 'silence' | undefined) => void;
  stop: () => Promise<void>;
}

/** The callback side of API Gateway: takes `POST /@connections/{id}` and keeps what was pushed. */
export async function startPushReceiver(): Promise<PushReceiver> {
  const pushed = new Map<string, PushedFrame[]>();
  const closed = new Set<string>();
  const headers: IncomingHttpHeaders[] = [];
  let failure: number | 'silence' | undefined;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const id = decodeURIComponent(/^\/(?:@|%40)connections\/(.+)$/.exec(request.url ?? '')?.[1] ?? '');
      headers.push(request.headers);
      if (failure === 'silence') return undefined;
      if (failure !== undefined) return response.writeHead(failure).end();
      if (closed.has(id)) return response.writeHead(410, { 'x-amzn-errortype': 'GoneException' }).end('{}');
      pushed.set(id, [...(pushed.get(id) ?? []), JSON.parse(body) as PushedFrame]);
      return response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    frames: (id) => pushed.get(id) ?? [],
    headers,
    close: (id) => void closed.add(id),
    failWith: (how) => {
      failure = how;
    },
    stop: async () => {
      const end = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await end;
    },
  };
}
