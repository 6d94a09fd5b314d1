import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { AppError } from '@agent-engine/errors';
import type { GraphqlContext } from '@agent-engine/graphql';
import type { Logger } from '@agent-engine/observability';
import { Plugin } from '@nestjs/apollo';
import { Inject } from '@nestjs/common';
import { LOGGER } from '../core/core.tokens.ts';

/** Logs what went wrong with its cause, which clients do not see, and tells them the request id to quote. */
@Plugin()
export class OperationErrorsPlugin implements ApolloServerPlugin<GraphqlContext> {
  @Inject(LOGGER) private readonly logger!: Logger;

  requestDidStart(): Promise<GraphQLRequestListener<GraphqlContext>> {
    return Promise.resolve({
      didEncounterErrors: ({ errors, operationName }) => {
        for (const { originalError, path } of errors) {
          if (!originalError) continue;
          const { code, status } = AppError.from(originalError);
          const level = status >= 500 ? 'error' : 'info';
          this.logger[level](
            { err: level === 'error' ? originalError : undefined, code, path, operationName },
            'operation failed',
          );
        }
        return Promise.resolve();
      },
      willSendResponse: ({ response: { body }, contextValue }) => {
        if (body.kind !== 'single' || !body.singleResult.errors) return Promise.resolve();
        const { requestId } = contextValue.identity;
        body.singleResult.errors = body.singleResult.errors.map((error) => ({
          ...error,
          extensions: { ...error.extensions, requestId },
        }));
        return Promise.resolve();
      },
    });
  }
}
