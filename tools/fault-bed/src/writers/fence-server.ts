import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writers } from './writers.ts';

/**
 * `POST /fence` answers when nothing is under way any more, `POST /unfence` lets writers go on, `GET /` says how they
 * are doing. On loopback.
 */
export async function startFenceServer(
  { fence, stats }: Pick<Writers, 'fence' | 'stats'>,
  port = 0,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const wish = `${request.method} ${request.url}`;
      if (wish === 'POST /fence') await fence.up();
      else if (wish === 'POST /unfence') fence.down();
      response.writeHead(/^(GET \/|POST \/(un)?fence)$/.test(wish) ? 200 : 404);
      response.end(JSON.stringify({ fenced: fence.isUp, ...stats }));
    })();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
