import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { Inject } from '@nestjs/common';
import { Metrics } from './metrics.ts';

@Plugin()
export class GraphqlMetricsPlugin implements ApolloServerPlugin {
  @Inject(Metrics) private readonly metrics!: Metrics;

  requestDidStart(): Promise<GraphQLRequestListener<object>> {
    const stop = this.metrics.operationSeconds.startTimer();
    return Promise.resolve({
      willSendResponse({ operation, errors }) {
        stop({ operation: operation?.operation ?? 'none', outcome: errors ? 'error' : 'ok' });
        return Promise.resolve();
      },
    });
  }
}
