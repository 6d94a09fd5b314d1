import type { AddressInfo } from 'node:net';
import type { ApiConfig } from '@agent-engine/config';
import { createLogger, type Logger } from '@agent-engine/observability';
import { PartitionContext } from '@agent-engine/partition';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule, type Features } from './app.module.ts';
import { nestLogger } from './core/nest-logger.ts';
import { mountDevPage } from './dev-page/dev-page.ts';
import { devTokenSigner } from './dev-page/dev-token.ts';
import { GraphqlApiModule } from './graphql/graphql-api.module.ts';
import { mountHttp } from './http/mount-http.ts';
import { RequestIdContext } from './http/request-id.context.ts';
import { CallbackAddress } from './sockets/callback-address.ts';
import { SocketServer } from './sockets/socket-server.ts';
import { stopGracefully } from './stop-gracefully.ts';

export interface ApiOverrides {
  logger?: Logger;
  /** In place of the product's own GraphQL schema. */
  features?: Features;
}

export interface Api {
  app: NestExpressApplication;
  port: number;
  logger: Logger;
  /** Finishes what has been started, within `config.shutdownGraceMs`, then stops. Later calls join the first. */
  close: () => Promise<void>;
}

/** Boots the API and listens. @throws ConfigurationError, and whatever keeps it from listening */
export async function createApi(config: ApiConfig, overrides: ApiOverrides = {}): Promise<Api> {
  const partition = new PartitionContext();
  const requestId = new RequestIdContext();
  const context = () => ({
    requestId: requestId.currentOrNone,
    endpointId: partition.currentOrNone?.endpointId,
    partId: partition.currentOrNone?.partId,
  });
  const logger = overrides.logger ?? createLogger({ name: 'api', level: config.logLevel, context });
  const features = overrides.features ?? [GraphqlApiModule];
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.register({ config, logger, partition, requestId }, features),
    { bodyParser: false, logger: nestLogger(logger), abortOnError: false },
  );
  mountHttp(app, config);
  if (config.devPage) mountDevPage(app.getHttpAdapter().getInstance(), { token: devTokenSigner(config.jwt) });
  const server = app.getHttpServer();
  app.get(SocketServer, { strict: false }).attach(server);
  await app.listen(config.port, config.host);
  const { port } = server.address() as AddressInfo;
  app.get(CallbackAddress).listening(port);
  logger.info({ port }, 'listening');
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= stopGracefully(app, server, config.shutdownGraceMs));
  return { app, port, logger, close };
}
