import type { ApiConfig } from '@agent-engine/config';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { HttpMetricsMiddleware } from '../metrics/http-metrics.middleware.ts';
import { AwsGateway } from '../sockets/aws-gateway.middleware.ts';
import { GRAPHQL_PATH, GraphqlGateway } from './graphql-gateway.middleware.ts';
import { graphqlGuard } from './graphql-guard.middleware.ts';
import { RequestIdMiddleware } from './request-id.middleware.ts';
import { RunningRequests } from './running-requests.ts';

/** Longer than load balancers keep idle connections, which otherwise meet one that we are just closing. */
const KEEP_ALIVE_MS = 65_000;
const RECEIVE_MS = 60_000;

/**
 * Puts our middleware in front of everything Nest serves. With `app.use` and not a consumer in a module,
 * because Nest's wrapper would undo the rewritten URL.
 */
export function mountHttp(app: NestExpressApplication, { corsOrigins }: ApiConfig): void {
  app.disable('x-powered-by');
  app.set('etag', false); // Answers are per tenant and per moment: hashing them buys nothing.
  for (const middleware of [RequestIdMiddleware, RunningRequests, HttpMetricsMiddleware]) {
    use(app, app.get<Middleware>(middleware, { strict: false }));
  }
  app.enableCors({
    origin: corsOrigins.includes('*') ? '*' : corsOrigins,
    methods: ['POST', 'GET', 'OPTIONS'],
    allowedHeaders: [
      ...['authorization', 'content-type', 'x-api-key', 'x-request-id'],
      ...['part-id', 'x-part-id', 'part_id'],
    ],
    exposedHeaders: ['x-request-id'],
    maxAge: 600,
  });
  use(app, app.get(GraphqlGateway, { strict: false }));
  use(app, app.get(AwsGateway, { strict: false }));
  app.use(GRAPHQL_PATH, graphqlGuard);
  Object.assign(app.getHttpServer(), {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: KEEP_ALIVE_MS + 1_000,
    requestTimeout: RECEIVE_MS,
  });
}

type Middleware = RequestIdMiddleware | RunningRequests | HttpMetricsMiddleware | GraphqlGateway | AwsGateway;

function use(app: NestExpressApplication, middleware: Middleware): void {
  app.use(middleware.use.bind(middleware));
}
