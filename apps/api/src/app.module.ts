import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { type Core, CoreModule } from './core/core.module.ts';
import { HealthModule } from './health/health.module.ts';
import { HttpModule } from './http/http.module.ts';
import { MetricsModule } from './metrics/metrics.module.ts';
import { SocketsModule } from './sockets/sockets.module.ts';

/** Modules that bring the GraphQL schema, and the AskPort for the sockets; the transport works with any. */
export type Features = NonNullable<ModuleMetadata['imports']>;

@Module({})
export class AppModule {
  static register(core: Core, features: Features): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CoreModule.register(core),
        MetricsModule,
        HealthModule,
        HttpModule,
        SocketsModule.register(features),
        ...features,
      ],
    };
  }
}
