import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  type EntityDefinition,
  type ItemOf,
  type KeyOf,
  storedName,
  tableName,
  type TableNaming,
} from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { batchGet, keyText } from './batch-get.ts';
import { isConditionFailed, send } from './database.ts';
import { itemCodec, type ItemCodec, type StoredItem } from './item-codec.ts';
import { type AnyScope, type KeySpace, keySpaceOf, type ScopeOf } from './key-space.ts';
import type { ListArguments, Page } from './list-arguments.ts';
import { planList } from './list-plan.ts';
import { ListReader } from './list-reader.ts';
import { newRow } from './new-row.ts';
import { assertRowFits, namingField } from './row-size.ts';
import { timestamp } from './timestamp.ts';
import { assertFits, type Key, prepared, type Values } from './values.ts';
import type { Expectation } from './request-wording.ts';
import { type WriteRequests, writeRequests } from './write-requests.ts';

/** Where a repository's rows are. */
export interface Storage {
  client: DynamoDBClient;
  naming: TableNaming;
}

/** A row that is as good as written. */
export interface Draft<Item> {
  readonly item: Item;
  /** @throws AppError `entity.conflict` if the key is taken */
  write(): Promise<void>;
}

/**
 * Rows of one entity. Every method takes the scope it works in first: the partition, the proof of owning a thread, or
 * `everyone` for global tables. A row outside the scope does not exist for it.
 */
export class Repository<D extends EntityDefinition> {
  readonly definition: D;
  protected readonly client: DynamoDBClient;
  protected readonly table: string;
  protected readonly codec: ItemCodec<D>;
  protected readonly requests: WriteRequests;
  protected readonly space: KeySpace;

  constructor(definition: D, { client, naming }: Storage) {
    this.definition = definition;
    this.client = client;
    this.table = tableName(definition, naming);
    this.codec = itemCodec(definition);
    this.requests = writeRequests(definition, naming);
    this.space = keySpaceOf(definition);
  }

  /** Strongly consistent: a row just written is there. */
  async get(scope: ScopeOf<D>, key: KeyOf<D>): Promise<ItemOf<D> | undefined> {
    const { Item } = await send(
      this.client.send(
        new GetItemCommand({ TableName: this.table, Key: this.storedKey(scope, key), ConsistentRead: true }),
      ),
    );
    return Item && this.visible(scope, Item);
  }

  /** In the order of the keys, undefined for each that does not exist; one BatchGetItem per 100 different keys. */
  async getMany(
    requests: readonly { scope: ScopeOf<D>; key: KeyOf<D> }[],
  ): Promise<(ItemOf<D> | undefined)[]> {
    const keys = requests.map(({ scope, key }) => this.storedKey(scope, key));
    const found = await batchGet(this.client, this.table, keys);
    const byKey = new Map(found.map((item) => [keyText(this.keyOf(item)), item]));
    return requests.map(({ scope }, i) => {
      const item = byKey.get(keyText(keys[i] ?? {}));
      return item && this.visible(scope, item);
    });
  }

  /** @throws AppError `argument.*`, `cursor.invalid` */
  async list(scope: ScopeOf<D>, args: ListArguments = {}): Promise<Page<ItemOf<D>>> {
    const { items, nextCursor } = await this.reader(scope, args).page(args);
    return { items: items.map((item) => this.codec.decode(item)), nextCursor };
  }

  /** How many rows the list has on all its pages: reads them all. */
  async count(scope: ScopeOf<D>, args: ListArguments = {}): Promise<number> {
    return this.reader(scope, args).count();
  }

  /**
   * A new row, under a generated key unless `values` names one.
   * @throws AppError `argument.required`, `argument.invalid`; `entity.conflict` if the key is taken
   */
  async create(scope: ScopeOf<D>, values: Values): Promise<ItemOf<D>> {
    const draft = await this.draft(scope, values);
    await draft.write();
    return draft.item;
  }

  /**
   * The new row that {@link create} would write, checked but not written yet.
   * @throws AppError `argument.required`, `argument.invalid`
   */
  async draft(scope: ScopeOf<D>, values: Values): Promise<Draft<ItemOf<D>>> {
    const put = await this.requests.put(this.newRow(scope, values));
    return {
      item: this.codec.decode(put.Item ?? {}),
      write: async () => {
        await this.conditional(
          this.client.send(new PutItemCommand(put)),
          () => new AppError('entity.conflict', `This ${this.definition.name} exists already.`),
        );
      },
    };
  }

  /**
   * Changes what is named and nothing else; null removes, so that the default is read again.
   * @throws AppError `entity.notFound`, `argument.*`
   */
  async update(scope: ScopeOf<D>, key: KeyOf<D>, changes: Values): Promise<ItemOf<D>> {
    const written = this.changed(changes);
    const update = await this.requests.update(this.keyIn(scope, key), written, this.guarded(scope));
    const call = this.conditional(
      this.client.send(new UpdateItemCommand({ ...update, ReturnValues: 'ALL_NEW' })),
      () => this.notFound(),
    );
    const { Attributes } = await namingField(this.definition, written, call);
    return this.codec.decode(Attributes ?? {});
  }

  /**
   * What `insertUpdate…` does: without its range key a new row, with it an update of a row that must exist.
   * Natural keys create too; insert-only rows are returned unchanged.
   */
  async save(scope: ScopeOf<D>, values: Values): Promise<ItemOf<D>> {
    const { hash, range, format } = this.definition.key;
    if (values[range] == null) return this.create(scope, values);
    const { [hash]: hashValue, [range]: rangeValue, ...changes } = values;
    const key = { [hash]: hashValue, [range]: rangeValue } as KeyOf<D>;
    if (this.definition.insertOnly) {
      const existing = await this.get(scope, key);
      if (!existing) throw this.notFound();
      return existing;
    }
    try {
      return await this.update(scope, key, changes);
    } catch (error) {
      if (format !== 'natural' || !AppError.is(error, 'entity.notFound')) throw error;
    }
    try {
      return await this.create(scope, values);
    } catch (error) {
      // Somebody else created it between the two: then it is an update after all.
      if (!AppError.is(error, 'entity.conflict')) throw error;
      return this.update(scope, key, changes);
    }
  }

  /** The row that {@link save} would change or copy with these values, if there is one. */
  async current(scope: ScopeOf<D>, values: Values): Promise<ItemOf<D> | undefined> {
    const { hash, range } = this.definition.key;
    if (values[range] == null) return undefined;
    return this.get(scope, { [hash]: values[hash], [range]: values[range] } as KeyOf<D>);
  }

  /** @throws AppError `entity.notFound` */
  async delete(scope: ScopeOf<D>, key: KeyOf<D>): Promise<void> {
    const request = await this.requests.delete(this.keyIn(scope, key), this.guarded(scope));
    await this.conditional(this.client.send(new DeleteItemCommand(request)), () => this.notFound());
  }

  /** Whether any row at all is kept under a hash key, whoever's it is. Says nothing else about it. */
  async hasAny(hash: string): Promise<boolean> {
    const { Count } = await send(
      this.client.send(
        new QueryCommand({
          TableName: this.table,
          KeyConditionExpression: '#hash = :hash',
          ExpressionAttributeNames: { '#hash': storedName(this.definition.key.hash) },
          ExpressionAttributeValues: { ':hash': { S: hash } },
          Select: 'COUNT',
          Limit: 1,
          ConsistentRead: true,
        }),
      ),
    );
    return (Count ?? 0) > 0;
  }

  protected notFound(): AppError {
    const { name, key } = this.definition;
    return new AppError('entity.notFound', `There is no such ${name}.`, { details: { argument: key.range } });
  }

  protected async conditional<T>(call: Promise<T>, otherwise: () => AppError): Promise<T> {
    try {
      return await send(call);
    } catch (error) {
      throw isConditionFailed(error) ? otherwise() : error;
    }
  }

  /** All attributes of a new row: key, stamps, clocks, defaults. */
  protected newRow(scope: ScopeOf<D>, values: Values): Values {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value != null));
    return newRow(this.definition, given, { ...this.space.stamps(scope), ...this.hashOf(scope, given) });
  }

  /** Checked changes with the clock moved on. Keys and stamps cannot change. */
  protected changed(changes: Values): Values {
    const { attributes, nullString } = this.definition;
    const checked = Object.entries(changes).flatMap(([name, given]) => {
      const value = nullString && given === 'null' ? null : given;
      if (value === undefined) return [];
      if (value === null) this.assertRemovable(name);
      return [[name, value === null ? null : prepared(this.definition, name, value)] as const];
    });
    const changed: Values = {
      ...Object.fromEntries(checked),
      ...('updatedAt' in attributes && { updatedAt: timestamp() }),
    };
    assertRowFits(this.definition, changed);
    return changed;
  }

  private assertRemovable(name: string): void {
    if (this.definition.attributes[name]?.required) {
      throw new AppError(
        'argument.required',
        `${name} cannot be empty: every ${this.definition.name} has one.`,
        {
          details: { argument: name },
        },
      );
    }
  }

  protected guarded(scope: ScopeOf<D>): Expectation {
    const guard = this.space.guard(scope);
    return guard ? { partitionKey: { value: guard.partitionKey, orMissing: guard.orMissing } } : {};
  }

  /** The whole primary key: the scope's hash key wins over anything a caller says. */
  protected keyIn(scope: ScopeOf<D>, key: KeyOf<D>): Key {
    const { range } = this.definition.key;
    const rangeValue = (key as Values)[range];
    assertFits(this.definition, range, rangeValue);
    return { ...this.hashOf(scope, key), [range]: rangeValue as string };
  }

  private hashOf(scope: AnyScope, values: Values): Key {
    const { hash } = this.definition.key;
    const value = this.space.hash(scope) ?? values[hash];
    assertFits(this.definition, hash, value);
    return { [hash]: value as string };
  }

  private storedKey(scope: ScopeOf<D>, key: KeyOf<D>): StoredItem {
    return Object.fromEntries(
      Object.entries(this.keyIn(scope, key)).map(([name, value]) => [storedName(name), { S: value }]),
    );
  }

  private keyOf(item: StoredItem): StoredItem {
    const { hash, range } = this.definition.key;
    return Object.fromEntries(
      [hash, range].map((name) => [storedName(name), item[storedName(name)] ?? { S: '' }]),
    );
  }

  private visible(scope: ScopeOf<D>, item: StoredItem): ItemOf<D> | undefined {
    const guard = this.space.guard(scope);
    const carried = item.partition_key?.S;
    const hidden = guard && carried !== guard.partitionKey && !(guard.orMissing && carried === undefined);
    return hidden ? undefined : this.codec.decode(item);
  }

  private reader(scope: ScopeOf<D>, args: ListArguments): ListReader {
    return new ListReader(this.client, this.table, this.definition, planList(this.definition, scope, args));
  }
}
