import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';

/**
 * GraphQL answers are JSON with HTTP 200 whatever they say: clients cannot read the errors of another status,
 * and Apollo would answer 400 for documents that do not parse or validate, 406 for unusual Accept headers.
 * What never became an operation has been refused before Apollo.
 */
@Plugin()
export class GraphqlStatusPlugin implements ApolloServerPlugin {
  private readonly listener: GraphQLRequestListener<object> = {
    willSendResponse({ response: { http } }) {
      http.status = 200;
      http.headers.set('content-type', 'application/json; charset=utf-8');
      return Promise.resolve();
    },
  };

  requestDidStart(): Promise<GraphQLRequestListener<object>> {
    return Promise.resolve(this.listener);
  }
}
