import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type EntityDefinition, storedName } from '@agent-engine/entities';
import { type CursorFormat, decodeCursor, encodeCursor } from './cursor.ts';
import { send } from './database.ts';
import type { StoredItem } from './item-codec.ts';
import { type ListArguments, type Page, pageBounds } from './list-arguments.ts';
import type { ListPlan } from './list-plan.ts';

type Position = Record<string, AttributeValue> | undefined;
type Projection = Pick<QueryCommandInput, 'Select' | 'ProjectionExpression' | 'ExpressionAttributeNames'>;

/** Rows looked at in one call when a filter decides which of them count. */
const FILTERED_CHUNK = 200;

/** Reads pages and totals of one planned list. */
export class ListReader {
  private readonly keys: readonly string[];
  private readonly cursor: CursorFormat;
  private readonly client: DynamoDBClient;
  private readonly table: string;
  private readonly plan: ListPlan;

  constructor(client: DynamoDBClient, table: string, definition: EntityDefinition, plan: ListPlan) {
    this.client = client;
    this.table = table;
    this.plan = plan;
    const { hash, range } = definition.key;
    const index = plan.index;
    const attributes = [hash, range, ...(index ? [index.hash ?? hash, index.range] : [])];
    this.keys = [...new Set(attributes.map(storedName))];
    this.cursor = { list: `${definition.name}.${index?.name ?? ''}`, keys: this.keys, fixed: plan.hash };
  }

  /** One page: by cursor at constant cost, else by number. */
  async page(args: ListArguments): Promise<Page<StoredItem>> {
    const { limit, pageNumber } = pageBounds(args);
    let start: Position;
    if (args.cursor != null) start = decodeCursor(this.cursor, args.cursor);
    else if (pageNumber > 1) {
      start = await this.positionAfter((pageNumber - 1) * limit);
      if (!start) return { items: [] };
    }
    const { items, last } = await this.read(limit, start);
    return { items, nextCursor: last && encodeCursor(this.cursor, last) };
  }

  async count(): Promise<number> {
    let total = 0;
    let start: Position;
    do {
      const answer = await this.call({ Select: 'COUNT' }, start);
      total += answer.Count ?? 0;
      start = answer.LastEvaluatedKey;
    } while (start);
    return total;
  }

  /** Reads until `wanted` rows match. `last` is the position after the last of them; undefined at the end. */
  private async read(wanted: number, from: Position, projection: Projection = {}) {
    const items: StoredItem[] = [];
    let position = from;
    do {
      const missing = wanted - items.length;
      const limit = this.plan.selective ? Math.max(missing, FILTERED_CHUNK) : missing;
      const answer = await this.call(projection, position, limit);
      items.push(...(answer.Items ?? []));
      position = answer.LastEvaluatedKey;
    } while (position && items.length < wanted);
    if (items.length <= wanted) return { items, last: position };
    const page = items.slice(0, wanted);
    return { items: page, last: this.positionOf(page[wanted - 1]) };
  }

  /** The position after `skip` matching rows; undefined if there are no more. No row's content is transferred. */
  private async positionAfter(skip: number): Promise<Position> {
    if (this.plan.selective) return (await this.read(skip, undefined, this.keysOnly())).last;
    let left = skip;
    let position: Position;
    do {
      const answer = await this.call({ Select: 'COUNT' }, position, left);
      left -= answer.Count ?? 0;
      position = answer.LastEvaluatedKey;
    } while (position && left > 0);
    return position;
  }

  private positionOf(item: StoredItem | undefined): Position {
    return item && Object.fromEntries(this.keys.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
  }

  private keysOnly(): Projection {
    const names = Object.fromEntries(this.keys.map((name, i) => [`#k${i}`, name]));
    return { ProjectionExpression: Object.keys(names).join(', '), ExpressionAttributeNames: names };
  }

  private call({ ExpressionAttributeNames, ...projection }: Projection, start: Position, limit?: number) {
    const { index, keyCondition, filter, forward, values } = this.plan;
    const names = { ...this.plan.names, ...ExpressionAttributeNames };
    const common = {
      TableName: this.table,
      FilterExpression: filter,
      ExpressionAttributeNames: Object.keys(names).length > 0 ? names : undefined,
      ExpressionAttributeValues: Object.keys(values).length > 0 ? values : undefined,
      ExclusiveStartKey: start,
      Limit: limit,
      ...projection,
    };
    return keyCondition === undefined
      ? send(this.client.send(new ScanCommand(common)))
      : send(
          this.client.send(
            new QueryCommand({
              ...common,
              IndexName: index?.name,
              KeyConditionExpression: keyCondition,
              ScanIndexForward: forward,
            }),
          ),
        );
  }
}
