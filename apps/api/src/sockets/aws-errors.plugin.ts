import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { Inject } from '@nestjs/common';
import { AwsPush } from './aws-push.ts';
import { AwsSocketContext } from './aws-socket.context.ts';

/** A client at API Gateway sees no HTTP answer: the errors of its operation go into its socket. */
@Plugin()
export class AwsErrorsPlugin implements ApolloServerPlugin {
  @Inject(AwsSocketContext) private readonly socket!: AwsSocketContext;
  @Inject(AwsPush) private readonly push!: AwsPush;

  requestDidStart(): Promise<GraphQLRequestListener<object>> {
    const socket = this.socket.currentOrNone;
    if (!socket) return Promise.resolve({});
    return Promise.resolve({
      willSendResponse: async ({ response: { body } }) => {
        const [error] = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
        if (!error) return;
        const code = error.extensions?.code;
        await this.push.error(socket.id, {
          code: (typeof code === 'string' ? code : 'internal.unexpected') as 'internal.unexpected',
          message: error.message,
        });
      },
    });
  }
}
