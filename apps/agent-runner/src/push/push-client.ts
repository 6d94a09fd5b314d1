import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Frame, LegacyFrame } from '@agent-engine/agent-handlers';

/** A client that cannot be reached must not slow down the runs of others. */
const REQUEST_TIMEOUT_MS = 5_000;
const CONNECTION_TIMEOUT_MS = 2_000;
/** Callback addresses that are kept connected: API instances, of which there are few. */
const MAX_CLIENTS = 100;
/** Every stream has one frame on its way; the library's 50 would let streams wait for each other. */
const MAX_SOCKETS = 500;

export interface PushOptions {
  region: string;
  /** Proves to our own API that a runner is pushing; API Gateway takes the signature for that. */
  secret?: string;
  /** Absent: the usual AWS ways. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

export interface PushTarget {
  id: string;
  callbackUrl: string;
  /** Its client parses every frame twice. */
  doubleEncoded?: boolean;
}

/** Sends frames to sockets, wherever they are: at API Gateway or at an instance of our API. */
export class PushClient {
  private readonly options: PushOptions;
  private readonly clients = new Map<string, ApiGatewayManagementApiClient>();

  constructor(options: PushOptions) {
    this.options = options;
  }

  /** @returns false when the connection does not exist any more; rejects when it cannot be reached */
  async send(connection: PushTarget, frame: Frame | LegacyFrame): Promise<boolean> {
    const text = JSON.stringify(frame);
    try {
      await this.clientFor(connection.callbackUrl).send(
        new PostToConnectionCommand({
          ConnectionId: connection.id,
          Data: connection.doubleEncoded ? JSON.stringify(text) : text,
        }),
      );
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  close(): void {
    for (const client of this.clients.values()) client.destroy();
  }

  private clientFor(callbackUrl: string): ApiGatewayManagementApiClient {
    const known = this.clients.get(callbackUrl);
    if (known) return known;
    const [oldest] = this.clients.keys();
    if (oldest !== undefined && this.clients.size >= MAX_CLIENTS) {
      this.clients.get(oldest)?.destroy();
      this.clients.delete(oldest);
    }
    const client = new ApiGatewayManagementApiClient({
      region: this.options.region,
      credentials: this.options.credentials,
      endpoint: callbackUrl,
      maxAttempts: 2,
      requestHandler: {
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        throwOnRequestTimeout: true,
        httpAgent: { maxSockets: MAX_SOCKETS },
        httpsAgent: { maxSockets: MAX_SOCKETS },
      },
    });
    const { secret } = this.options;
    if (secret) {
      client.middlewareStack.add(
        (next) => (args) => {
          (args.request as { headers: Record<string, string> }).headers['x-push-secret'] = secret;
          return next(args);
        },
        { step: 'build', name: 'pushSecret' },
      );
    }
    this.clients.set(callbackUrl, client);
    return client;
  }
}

function isGone(error: unknown): boolean {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return error instanceof GoneException || $metadata?.httpStatusCode === 410;
}
