import type { ApiConfig } from '@agent-engine/config';
import { PartitionContext } from '@agent-engine/partition';
import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Authenticator } from '../auth/authenticator.ts';
import { assertEndpoint, choosePartition } from '../auth/choose-partition.ts';
import { partWish } from '../auth/partition-wish.ts';
import { API_CONFIG } from '../core/core.tokens.ts';
import { endpointPath } from './endpoint-path.ts';
import { graphqlBodyReader } from './graphql-body.ts';
import { RequestIdContext } from './request-id.context.ts';
import { admit } from './request-identity.ts';

/** Where Apollo listens. Nothing from outside gets there but through the gateway. */
export const GRAPHQL_PATH = '/graphql';

/**
 * The way of every public GraphQL request: URL, credential, body, partition, and only then GraphQL,
 * which runs inside that partition.
 */
@Injectable()
export class GraphqlGateway implements NestMiddleware {
  private readonly authenticator: Authenticator;
  private readonly partition: PartitionContext;
  private readonly requestId: RequestIdContext;
  private readonly readBody: ReturnType<typeof graphqlBodyReader>;

  constructor(
    @Inject(API_CONFIG) { bodyLimit }: ApiConfig,
    @Inject(Authenticator) authenticator: Authenticator,
    @Inject(PartitionContext) partition: PartitionContext,
    @Inject(RequestIdContext) requestId: RequestIdContext,
  ) {
    this.readBody = graphqlBodyReader(bodyLimit);
    this.authenticator = authenticator;
    this.partition = partition;
    this.requestId = requestId;
  }

  async use(request: Request, response: Response, next: NextFunction): Promise<void> {
    const path = request.method === 'POST' ? endpointPath(request.url) : undefined;
    if (path?.function !== 'ai_agent_core_graphql') {
      next();
      return;
    }
    const credential = await this.authenticator.ofRequest(request);
    assertEndpoint(credential, path.endpointId);
    const body = await this.readBody(request, response);
    const partition = choosePartition(credential, path.endpointId, partWish(request, body));
    const { subject, role } = credential;
    admit(request, { requestId: this.requestId.currentOrNone ?? '', subject, role });
    request.url = GRAPHQL_PATH;
    this.partition.run(partition, next);
  }
}
