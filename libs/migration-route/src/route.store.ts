import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  type Put,
  PutItemCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import type { Instance } from './instance.ts';
import { INITIAL_ROUTE, type Route, type RouteChange } from './route.ts';
import {
  decodeInstance,
  decodeRoute,
  encodeInstance,
  encodeRoute,
  INSTANCE_PREFIX,
  ROUTE_ITEM,
} from './route.items.ts';

/** The route is not at the epoch the change was meant for: somebody else has changed it. */
export class RouteConflict extends Error {
  constructor(expectedEpoch: number, actual: Route) {
    super(
      `The route was expected at epoch ${expectedEpoch} and is at ${actual.epoch}: ${JSON.stringify(actual)}.`,
    );
    this.name = 'RouteConflict';
  }
}

/** What an instance needs of it. */
export type InstanceStore = Pick<RouteStore, 'read' | 'ack' | 'leave'>;

/** Route and instances of one migration, in its control table. */
export class RouteStore {
  private readonly client: DynamoDBClient;
  private readonly table: string;
  private readonly migrationId: string;

  /** @param where `table` is the name that `migrationControlTable` gives it */
  constructor(client: DynamoDBClient, { table, migrationId }: { table: string; migrationId: string }) {
    this.client = client;
    this.table = table;
    this.migrationId = migrationId;
  }

  /** Strongly consistent. {@link INITIAL_ROUTE} when no change has been made yet. */
  async read(): Promise<Route> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.table, Key: this.key(ROUTE_ITEM), ConsistentRead: true }),
    );
    return Item ? decodeRoute(Item) : INITIAL_ROUTE;
  }

  /**
   * Compare-and-set. The same change made again, because its answer got lost or its maker started over, succeeds.
   * @throws RouteConflict
   */
  async change(expectedEpoch: number, next: RouteChange): Promise<Route> {
    const { route, put } = this.changePut(expectedEpoch, next);
    try {
      await this.client.send(new PutItemCommand(put));
      return route;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const actual = await this.read();
      const isDone =
        actual.epoch === route.epoch && actual.side === route.side && actual.writes === route.writes;
      if (isDone) return actual;
      throw new RouteConflict(expectedEpoch, actual);
    }
  }

  /** The change as part of a transaction, which then fails if the route is not at `expectedEpoch`. */
  changeEntry(expectedEpoch: number, next: RouteChange): { route: Route; entry: TransactWriteItem } {
    const { route, put } = this.changePut(expectedEpoch, next);
    return { route, entry: { Put: put } };
  }

  /** All that are registered, those that died without a word included. */
  async instances(): Promise<Instance[]> {
    const pages = paginateQuery(
      { client: this.client },
      {
        TableName: this.table,
        ConsistentRead: true,
        KeyConditionExpression: 'migration_id = :id AND begins_with(#item, :prefix)',
        ExpressionAttributeNames: { '#item': 'item' },
        ExpressionAttributeValues: { ':id': { S: this.migrationId }, ':prefix': { S: INSTANCE_PREFIX } },
      },
    );
    const found: Instance[] = [];
    for await (const { Items = [] } of pages) found.push(...Items.map(decodeInstance));
    return found;
  }

  /** Registers the instance, says that it is still there, and what it acknowledges. */
  async ack(instance: Instance): Promise<void> {
    await this.client.send(
      new PutItemCommand({
        TableName: this.table,
        Item: { ...this.key(INSTANCE_PREFIX + instance.id), ...encodeInstance(instance) },
      }),
    );
  }

  async leave(instanceId: string): Promise<void> {
    await this.client.send(
      new DeleteItemCommand({ TableName: this.table, Key: this.key(INSTANCE_PREFIX + instanceId) }),
    );
  }

  private changePut(
    expectedEpoch: number,
    { side, writes }: RouteChange,
  ): { route: Route; put: Put & { Item: Record<string, AttributeValue> } } {
    const route = { side, writes, epoch: expectedEpoch + 1, changedAt: new Date().toISOString() };
    const isFirst = expectedEpoch === INITIAL_ROUTE.epoch;
    return {
      route,
      put: {
        TableName: this.table,
        Item: { ...this.key(ROUTE_ITEM), ...encodeRoute(route) },
        ConditionExpression: isFirst
          ? 'attribute_not_exists(epoch) OR epoch = :expected'
          : 'epoch = :expected',
        ExpressionAttributeValues: { ':expected': { N: String(expectedEpoch) } },
      },
    };
  }

  private key(item: string): Record<string, AttributeValue> {
    return { migration_id: { S: this.migrationId }, item: { S: item } };
  }
}
