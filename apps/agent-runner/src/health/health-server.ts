import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';

export interface HealthOptions {
  host: string;
  port: number;
  isReady: () => boolean;
  metrics: Registry;
}

/** `/health/live`, `/health/ready` and `/metrics`, for the platform that runs this process. */
export async function startHealthServer({ host, port, isReady, metrics }: HealthOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: string, type = 'application/json') =>
      response.writeHead(status, { 'content-type': type }).end(body);
    switch (request.url) {
      case '/health/live':
        return answer(200, '{"status":"ok"}');
      case '/health/ready':
        return isReady() ? answer(200, '{"status":"ok"}') : answer(503, '{"status":"not ready"}');
      case '/metrics':
        return void metrics.metrics().then(
          (text) => answer(200, text, metrics.contentType),
          () => answer(500, '{}'),
        );
      default:
        return answer(404, '{}');
    }
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}
