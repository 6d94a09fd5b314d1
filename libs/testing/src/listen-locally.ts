import { once } from 'node:events';
import type { Server } from 'node:http';

/** Listens on loopback, on any free port unless one is given, and returns `http://127.0.0.1:<port>`. */
export async function listenLocally(server: Server, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server without a port.');
  return `http://127.0.0.1:${address.port}`;
}
