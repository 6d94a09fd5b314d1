import { Module } from '@nestjs/common';
import { GraphqlMetricsPlugin } from './graphql-metrics.plugin.ts';
import { HttpMetricsMiddleware } from './http-metrics.middleware.ts';
import { MetricsController } from './metrics.controller.ts';
import { Metrics } from './metrics.ts';

@Module({
  controllers: [MetricsController],
  providers: [Metrics, HttpMetricsMiddleware, GraphqlMetricsPlugin],
  exports: [Metrics],
})
export class MetricsModule {}
