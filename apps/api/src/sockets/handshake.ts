import type { IncomingMessage } from 'node:http';
import type { ApiConfig } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import type { Database } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';
import { Authenticator } from '../auth/authenticator.ts';
import { choosePartition } from '../auth/choose-partition.ts';
import type { Credential } from '../auth/credential.ts';
import { asciiWish, headerWishes, oneOf, queryWishes } from '../auth/partition-wish.ts';
import { API_CONFIG, DATABASE } from '../core/core.tokens.ts';
import { endpointPath } from '../http/endpoint-path.ts';
import { ConnectionRegistry } from './connection-registry.ts';

const PART_PROTOCOL = 'part-id:';

export interface Admission {
  credential: Credential;
  partition: Partition;
  /** The subprotocol that named the part; a client that offered it expects it back. */
  protocol: string | undefined;
}

/** Decides about a socket before it is accepted, so that a refused client sees a rejected handshake with a status. */
@Injectable()
export class Handshake {
  @Inject(API_CONFIG) private readonly config!: ApiConfig;
  @Inject(DATABASE) private readonly database!: Database;
  @Inject(Authenticator) private readonly authenticator!: Authenticator;
  @Inject(ConnectionRegistry) private readonly registry!: ConnectionRegistry;
  private stopping = false;

  stop(): void {
    this.stopping = true;
  }

  /** @throws AppError with the HTTP status of the refusal */
  async admit(request: IncomingMessage): Promise<Admission> {
    const path = endpointPath(request.url ?? '');
    if (path?.function !== 'ai_agent_core_ws') {
      throw new AppError('request.notFound', 'There is nothing here.');
    }
    if (this.stopping || this.registry.size >= this.config.sockets.limit) {
      throw new AppError('service.stopping', 'No sockets are accepted now. Try again.');
    }
    await this.database.route?.here();
    const credential = await this.authenticator.ofSocket(request);
    const protocols = partProtocols(request);
    const named = protocols.map((protocol) => asciiWish(protocol.slice(PART_PROTOCOL.length)));
    const wish = oneOf([...headerWishes(request), ...queryWishes(request), ...named]);
    const partition = choosePartition(credential, path.endpointId, wish);
    return { credential, partition, protocol: protocols[0] };
  }
}

function partProtocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol.startsWith(PART_PROTOCOL));
}
