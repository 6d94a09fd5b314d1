import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { ApiConfig } from '@agent-engine/config';
import type { AppError } from '@agent-engine/errors';
import type { Logger } from '@agent-engine/observability';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { API_CONFIG, LOGGER } from '../core/core.tokens.ts';

const TIMEOUTS = { requestTimeout: 5_000, connectionTimeout: 2_000, throwOnRequestTimeout: true };

/** Tells clients at API Gateway what went wrong; answers come from the runner. Never rejects: they may be gone. */
@Injectable()
export class AwsPush implements OnApplicationShutdown {
  private readonly logger: Logger;
  private readonly client: ApiGatewayManagementApiClient;

  constructor(@Inject(API_CONFIG) { aws, socketGateway }: ApiConfig, @Inject(LOGGER) logger: Logger) {
    this.logger = logger;
    this.client = new ApiGatewayManagementApiClient({
      region: aws.region,
      endpoint: socketGateway?.url,
      maxAttempts: 2,
      requestHandler: TIMEOUTS,
    });
  }

  async error(connectionId: string, { code, message }: Pick<AppError, 'code' | 'message'>): Promise<void> {
    const frame = JSON.stringify({ type: 'error', detail: `${code}: ${message}`, code });
    // Encoded twice, as everything on this way is.
    const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(frame) });
    await this.client.send(command).catch((err: unknown) => this.note(err));
  }

  async close(connectionId: string): Promise<void> {
    const command = new DeleteConnectionCommand({ ConnectionId: connectionId });
    await this.client.send(command).catch((err: unknown) => this.note(err));
  }

  onApplicationShutdown(): void {
    this.client.destroy();
  }

  private note(err: unknown): void {
    this.logger.debug({ err }, 'a socket of API Gateway could not be told');
  }
}
