import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * For programs that cannot be told to take any free port: `wanted`, or one that was free a moment ago (and may be
 * taken by somebody else before the program takes it).
 * @throws Error EADDRINUSE when `wanted` is in use
 */
export async function freePort(wanted = 0): Promise<number> {
  const probe = createServer().listen(wanted, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server without a port.');
  return address.port;
}
