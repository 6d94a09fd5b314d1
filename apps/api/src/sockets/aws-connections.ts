import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ApiConfig } from '@agent-engine/config';
import { socketConnectionTable } from '@agent-engine/entities';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { API_CONFIG } from '../core/core.tokens.ts';

/** Whose a connection is, as decided when it was opened. API Gateway tells no more than its id afterwards. */
export interface AwsConnection {
  endpointId: string;
  partId: string;
  subject?: string;
  role?: string;
  /** Unix seconds: when its token ends. */
  tokenExpiresAt?: number;
}

const stored = z.object({
  endpoint_id: z.string(),
  part_id: z.string(),
  subject: z.string().optional(),
  role: z.string().optional(),
  token_expires_at: z.number().optional(),
});

/** API Gateway closes every connection after two hours. */
const LONGEST_SECONDS = 3 * 3_600;

/** Connections of API Gateway. In a table, because each message may reach another instance of the API. */
@Injectable()
export class AwsConnections {
  private readonly client: DynamoDBClient;
  private readonly table: string;

  constructor(@Inject(DynamoDBClient) client: DynamoDBClient, @Inject(API_CONFIG) { aws }: ApiConfig) {
    this.client = client;
    this.table = socketConnectionTable(aws.dynamodb).properties.TableName;
  }

  async put(id: string, connection: AwsConnection): Promise<void> {
    const { endpointId, partId, subject, role, tokenExpiresAt } = connection;
    const row = {
      connection_id: id,
      endpoint_id: endpointId,
      part_id: partId,
      subject,
      role,
      token_expires_at: tokenExpiresAt,
      expires_at: Math.floor(Date.now() / 1_000) + LONGEST_SECONDS,
    };
    const Item = marshall(row, { removeUndefinedValues: true });
    await this.client.send(new PutItemCommand({ TableName: this.table, Item }));
  }

  async get(id: string): Promise<AwsConnection | undefined> {
    const Key = marshall({ connection_id: id });
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.table, Key, ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const row = stored.parse(unmarshall(Item));
    return {
      endpointId: row.endpoint_id,
      partId: row.part_id,
      subject: row.subject,
      role: row.role,
      tokenExpiresAt: row.token_expires_at,
    };
  }

  async delete(id: string): Promise<void> {
    const Key = marshall({ connection_id: id });
    await this.client.send(new DeleteItemCommand({ TableName: this.table, Key }));
  }
}
