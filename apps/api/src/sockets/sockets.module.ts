import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.ts';
import { MetricsModule } from '../metrics/metrics.module.ts';
import { AwsConnections } from './aws-connections.ts';
import { AwsErrorsPlugin } from './aws-errors.plugin.ts';
import { AwsGateway } from './aws-gateway.middleware.ts';
import { AwsPush } from './aws-push.ts';
import { ConnectionRegistry } from './connection-registry.ts';
import { ConnectionsController } from './connections.controller.ts';
import { Dialogue } from './dialogue.ts';
import { Handshake } from './handshake.ts';
import { SocketServer } from './socket-server.ts';

@Module({
  controllers: [ConnectionsController],
  providers: [
    AwsConnections,
    AwsErrorsPlugin,
    AwsGateway,
    AwsPush,
    ConnectionRegistry,
    Dialogue,
    Handshake,
    SocketServer,
  ],
})
export class SocketsModule {
  /** @param features of which one exports {@link AskPort} */
  static register(features: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return { module: SocketsModule, imports: [AuthModule, MetricsModule, ...features] };
  }
}
