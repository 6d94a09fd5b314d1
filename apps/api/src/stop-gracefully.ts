import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { Readiness } from './health/readiness.ts';
import { RunningRequests } from './http/running-requests.ts';
import { SocketServer } from './sockets/socket-server.ts';

/**
 * Not ready at once. While sockets still wait for an answer the server keeps listening, because that is where the
 * answer comes in; then nobody new gets in and running requests finish. What is left after `graceMs` is cut.
 */
export async function stopGracefully(app: INestApplication, server: Server, graceMs: number): Promise<void> {
  const grace = AbortSignal.timeout(graceMs);
  const graceIsOver = new Promise((resolve) => grace.addEventListener('abort', resolve));
  app.get(Readiness, { strict: false }).stop();
  await app.get(SocketServer, { strict: false }).stop(grace);
  await Promise.race([app.get(RunningRequests, { strict: false }).drain(server), graceIsOver]);
  server.closeAllConnections();
  await app.close();
}
