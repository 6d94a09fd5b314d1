import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiConfig } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import type { Logger } from '@agent-engine/observability';
import { Partition, PartitionContext } from '@agent-engine/partition';
import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import { type NextFunction, type Request, type Response, text } from 'express';
import { Authenticator } from '../auth/authenticator.ts';
import { choosePartition } from '../auth/choose-partition.ts';
import type { Credential } from '../auth/credential.ts';
import { oneOf, queryWishes } from '../auth/partition-wish.ts';
import { API_CONFIG, LOGGER } from '../core/core.tokens.ts';
import { GRAPHQL_PATH } from '../http/graphql-gateway.middleware.ts';
import { parseBody } from '../http/parse-body.ts';
import { RequestIdContext } from '../http/request-id.context.ts';
import { admit } from '../http/request-identity.ts';
import { type AwsConnection, AwsConnections } from './aws-connections.ts';
import { readAwsMessage } from './aws-message.ts';
import { AwsPush } from './aws-push.ts';
import { AwsSocketContext } from './aws-socket.context.ts';

const PATH = /^\/aws-sockets\/(connect|message|disconnect)(?:\?|$)/;
/** API Gateway takes messages of 128 KB. */
const parseText = text({ type: () => true, limit: '256kb' });

/**
 * Sockets that API Gateway holds: it posts each event of theirs here and shows the secret that only it knows. What a
 * message asks runs as any GraphQL request does; its answer is what a runner pushes, and errors are pushed too.
 */
@Injectable()
export class AwsGateway implements NestMiddleware {
  @Inject(API_CONFIG) private readonly config!: ApiConfig;
  @Inject(LOGGER) private readonly logger!: Logger;
  @Inject(Authenticator) private readonly authenticator!: Authenticator;
  @Inject(PartitionContext) private readonly partition!: PartitionContext;
  @Inject(RequestIdContext) private readonly requestId!: RequestIdContext;
  @Inject(AwsSocketContext) private readonly socket!: AwsSocketContext;
  @Inject(AwsConnections) private readonly connections!: AwsConnections;
  @Inject(AwsPush) private readonly push!: AwsPush;

  async use(request: Request, response: Response, next: NextFunction): Promise<void> {
    const event = request.method === 'POST' ? PATH.exec(request.url)?.[1] : undefined;
    const { socketGateway } = this.config;
    if (event === undefined || socketGateway === undefined) {
      next();
      return;
    }
    const id = request.header('x-connection-id');
    if (!isSame(request.header('x-socket-secret'), socketGateway.secret) || !id) {
      throw new AppError('connection.forbidden', 'Forbidden.');
    }
    if (event === 'message') {
      await this.message(id, socketGateway.url, { request, response, next });
      return;
    }
    if (event === 'connect') await this.connect(id, request);
    else await this.connections.delete(id);
    response.json({});
  }

  /** @throws AppError with the status of the refusal: then there is no connection */
  private async connect(id: string, request: Request): Promise<void> {
    const credential = await this.authenticator.ofAwsSocket(request);
    const { endpointId, partId } = choosePartition(
      credential,
      endpointOf(request, credential),
      oneOf(queryWishes(request)),
    );
    const { subject, role, expiresAt } = credential;
    const tokenExpiresAt = expiresAt === undefined ? undefined : Math.floor(expiresAt / 1_000);
    await this.connections.put(id, { endpointId, partId, subject, role, tokenExpiresAt });
  }

  /** Always answered with 200: of anything else API Gateway tells the client words of its own. */
  private async message(id: string, callbackUrl: string, { request, response, next }: Turn): Promise<void> {
    try {
      const connection = await this.connections.get(id);
      if (!connection) throw new AppError('auth.required', 'The connection is unknown: connect again.');
      if (isOver(connection)) {
        await this.push.error(id, new AppError('auth.expired', 'The token has expired: connect again.'));
        await this.push.close(id);
        response.json({});
        return;
      }
      await parseBody(parseText, request, response);
      request.body = readAwsMessage(typeof request.body === 'string' ? request.body : '');
      const { subject, role } = connection;
      admit(request, { requestId: this.requestId.currentOrNone ?? '', subject, role });
      request.url = GRAPHQL_PATH;
      request.headers['content-type'] = 'application/json';
      const partition = Partition.of(connection.endpointId, connection.partId);
      this.partition.run(partition, () => this.socket.run({ id, callbackUrl, doubleEncoded: true }, next));
    } catch (reason) {
      const error = AppError.from(reason);
      this.logger[error.status >= 500 ? 'error' : 'debug'](
        { err: error, code: error.code },
        'message refused',
      );
      await this.push.error(id, error);
      response.json({});
    }
  }
}

interface Turn {
  request: Request;
  response: Response;
  next: NextFunction;
}

/** Named in the query string, or the only one there is. @throws AppError */
function endpointOf(request: Request, { endpointIds }: Credential): string {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  const named = oneOf(['endpoint_id', 'endpointId'].flatMap((name) => query.getAll(name)));
  const [only, ...others] = endpointIds;
  const endpointId = named ?? (others.length === 0 ? only : undefined);
  if (endpointId !== undefined) return endpointId;
  throw new AppError('partition.ambiguous', 'Name the endpoint: ?endpoint_id=…');
}

const isOver = ({ tokenExpiresAt }: AwsConnection) =>
  tokenExpiresAt !== undefined && tokenExpiresAt * 1_000 <= Date.now();

const isSame = (shown: string | undefined, secret: string): boolean =>
  shown !== undefined && timingSafeEqual(digest(shown), digest(secret));

const digest = (value: string) => createHash('sha256').update(value).digest();
