import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { Readiness } from './health/readiness.ts';
import { RunningRequests } from './http/running-requests.ts';

/** Not ready, no new connections, running requests finish; what is left after `graceMs` is cut. */
export async function stopGracefully(app: INestApplication, server: Server, graceMs: number): Promise<void> {
  app.get(Readiness, { strict: false }).stop();
  const grace = new AbortController();
  await Promise.race([
    app.get(RunningRequests, { strict: false }).drain(server),
    delay(graceMs, undefined, { signal: grace.signal }),
  ]);
  grace.abort();
  server.closeAllConnections();
  await app.close();
}
