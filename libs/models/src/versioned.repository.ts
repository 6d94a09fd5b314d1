import {
  QueryCommand,
  type QueryCommandInput,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type EntityDefinition, type ItemOf, type KeyOf, type Versioning } from '@agent-engine/entities';
import type { Partition } from '@agent-engine/partition';
import { send } from './database.ts';
import { Expression } from './expression.ts';
import { newFamilyUuid } from './identifiers.ts';
import type { ScopeOf } from './key-space.ts';
import { Repository, type Storage } from './repository.ts';
import { namingField } from './row-size.ts';
import { MAX_TRANSACTION_ITEMS, retried, transact } from './transaction.ts';
import { assertFits, type Values } from './values.ts';

export type VersionedDefinition = EntityDefinition & { readonly scope: 'partition' };

const ACTIVE = 'active';
const INACTIVE = 'inactive';
/** The version that changes takes one place. */
const MAX_SIBLINGS = MAX_TRANSACTION_ITEMS - 1;

/**
 * Entities in versions, of which at most one per family is active. Whatever changes which one that is happens in one
 * transaction, conditioned on every version it relied on still reading as it was read; if not, it starts over.
 */
export class VersionedRepository<D extends VersionedDefinition> extends Repository<D> {
  private readonly versioning: Versioning;
  private readonly familyIndex: string;

  constructor(definition: D, storage: Storage) {
    super(definition, storage);
    const index = definition.versioning && definition.indexes[definition.versioning.familyIndex];
    if (!definition.versioning || !index) throw new Error(`${definition.name} has no versions.`);
    this.versioning = definition.versioning;
    this.familyIndex = index.name;
  }

  /** The active version of a family. Strongly consistent. */
  async active(partition: Partition, family: string): Promise<ItemOf<D> | undefined> {
    return (await this.versions(partition, family, { activeOnly: true }))[0];
  }

  /**
   * With a version key: changes that version. With a family that has an active version: a new active version copied
   * from it, or with `duplicate` a copy in a family of its own. Otherwise the first version of a new family.
   */
  override async save(scope: ScopeOf<D>, { duplicate, ...values }: Values): Promise<ItemOf<D>> {
    const { range } = this.definition.key;
    const { family } = this.versioning;
    const { [range]: version, [family]: familyUuid, ...changes } = values;
    if (version != null) return this.update(scope, { [range]: version } as KeyOf<D>, changes);
    // New versions are active whatever is asked for; what is no status at all is a mistake all the same.
    if (changes.status != null) assertFits(this.definition, 'status', changes.status);
    return retried(this.definition.name, async () => {
      const active =
        typeof familyUuid === 'string' ? await this.versions(scope, familyUuid, { activeOnly: true }) : [];
      const [current] = active;
      const given = await this.contents(scope, changes, current);
      const row =
        current && !duplicate ? this.nextVersion(scope, current, given) : this.first(scope, current, given);
      const put = await this.requests.put(row);
      const superseded = duplicate ? [] : active;
      await transact(this.client, [
        { Put: put },
        ...(await this.inactivations(scope, superseded, this.superseding(row))),
      ]);
      return this.codec.decode(put.Item ?? {});
    });
  }

  override async current(scope: ScopeOf<D>, values: Values): Promise<ItemOf<D> | undefined> {
    if (values[this.definition.key.range] != null) return super.current(scope, values);
    const family = values[this.versioning.family];
    return typeof family === 'string' ? this.active(scope, family) : undefined;
  }

  /** Making a version active makes the one that was inactive, in the same transaction. */
  override async update(scope: ScopeOf<D>, key: KeyOf<D>, changes: Values): Promise<ItemOf<D>> {
    // A removed status reads as active: then the version shall be.
    const status = changes.status === null || changes.status === 'null' ? ACTIVE : changes.status;
    if (status !== ACTIVE) return super.update(scope, key, changes);
    await retried(this.definition.name, async () => {
      const target = await this.existing(scope, key);
      const written = this.changed({ ...changes, status });
      const update = await this.requests.update(this.keyIn(scope, key), written, statusOf(target));
      const siblings = (await this.versions(scope as Partition, this.familyOf(target))).filter(
        (version) => this.rangeOf(version) !== this.rangeOf(target),
      );
      const active = siblings.filter(isActive);
      // With no version active nothing else would clash with a second activation of the family: watch them all.
      const others =
        active.length > 0 || isActive(target)
          ? this.inactivations(scope, active)
          : this.unchanged(scope, siblings);
      const call = transact(this.client, [{ Update: update }, ...(await others)]);
      await namingField(this.definition, written, call);
    });
    return this.existing(scope, key);
  }

  /** Deleting the active version makes the most recently changed inactive one active. */
  override async delete(scope: ScopeOf<D>, key: KeyOf<D>): Promise<void> {
    await retried(this.definition.name, async () => {
      const target = await this.existing(scope, key);
      const successor = isActive(target)
        ? await this.newestInactive(scope, this.familyOf(target))
        : undefined;
      await transact(this.client, [
        { Delete: await this.requests.delete(this.keyIn(scope, key), statusOf(target)) },
        ...(successor ? [{ Update: await this.statusChange(scope, successor, ACTIVE) }] : []),
      ]);
    });
  }

  /** What a new version is made of, beyond what the caller gives. */
  protected contents(_scope: ScopeOf<D>, changes: Values, _current: ItemOf<D> | undefined): Promise<Values> {
    return Promise.resolve(changes);
  }

  /** What the version that `next` replaces is told, in the same transaction. */
  protected superseding(_next: Values): Values {
    return {};
  }

  /** Changes of the engine's own, which are no edit: the clock stays. */
  protected async mark(scope: ScopeOf<D>, version: ItemOf<D>, changes: Values): Promise<void> {
    const update = await this.requests.update(this.keyOfVersion(scope, version), changes);
    await this.conditional(this.client.send(new UpdateItemCommand(update)), () => this.notFound());
  }

  protected override newRow(scope: ScopeOf<D>, values: Values): Values {
    const { family, prefix } = this.versioning;
    return super.newRow(scope, { [family]: newFamilyUuid(prefix), ...values });
  }

  private nextVersion(scope: ScopeOf<D>, current: ItemOf<D>, changes: Values): Values {
    return this.newRow(scope, {
      ...this.content(current),
      ...changes,
      [this.versioning.family]: this.familyOf(current),
      status: ACTIVE,
    });
  }

  private first(scope: ScopeOf<D>, copied: ItemOf<D> | undefined, changes: Values): Values {
    const { name } = this.versioning;
    return this.newRow(scope, {
      ...(copied && { ...this.content(copied), [name]: `${textOf(copied, name)} (Copy)` }),
      ...changes,
      status: ACTIVE,
    });
  }

  /** What a copy takes over: everything a caller can write. */
  private content(version: ItemOf<D>): Values {
    return Object.fromEntries(
      Object.entries<unknown>(version).filter(([name]) => this.definition.attributes[name]?.writable),
    );
  }

  private async existing(scope: ScopeOf<D>, key: KeyOf<D>): Promise<ItemOf<D>> {
    const version = await this.get(scope, key);
    if (!version) throw this.notFound();
    return version;
  }

  protected async versions(
    partition: Partition,
    family: string,
    { activeOnly = false } = {},
  ): Promise<ItemOf<D>[]> {
    const expression = new Expression();
    const query: QueryCommandInput = {
      TableName: this.table,
      IndexName: this.familyIndex,
      ConsistentRead: true,
      KeyConditionExpression: [
        expression.equals(this.definition.key.hash, partition.key),
        expression.equals(this.versioning.family, family),
      ].join(' AND '),
      ...(activeOnly && { FilterExpression: expression.oneOf('status', [ACTIVE], true) }),
      ExpressionAttributeNames: expression.names,
      ExpressionAttributeValues: expression.values,
    };
    const found: ItemOf<D>[] = [];
    do {
      const answer = await send(this.client.send(new QueryCommand(query)));
      found.push(...(answer.Items ?? []).map((item) => this.codec.decode(item)));
      query.ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (query.ExclusiveStartKey);
    return found;
  }

  private async newestInactive(partition: Partition, family: string): Promise<ItemOf<D> | undefined> {
    const versions = await this.versions(partition, family);
    return newestFirst(versions.filter((version) => textOf(version, 'status') === INACTIVE))[0];
  }

  private inactivations(
    scope: ScopeOf<D>,
    active: readonly ItemOf<D>[],
    changes: Values = {},
  ): Promise<TransactWriteItem[]> {
    return Promise.all(
      active
        .slice(0, MAX_SIBLINGS)
        .map(async (version) => ({ Update: await this.statusChange(scope, version, INACTIVE, changes) })),
    );
  }

  private unchanged(scope: ScopeOf<D>, versions: readonly ItemOf<D>[]): Promise<TransactWriteItem[]> {
    return Promise.all(
      newestFirst(versions)
        .slice(0, MAX_SIBLINGS)
        .map(async (version) => {
          const { ConditionExpression, ...check } = await this.requests.delete(
            this.keyOfVersion(scope, version),
            statusOf(version),
          );
          return { ConditionCheck: { ...check, ConditionExpression } };
        }),
    );
  }

  /** Only the status moves: `updated_at` says when somebody last edited the version. */
  private statusChange(scope: ScopeOf<D>, version: ItemOf<D>, status: string, changes: Values = {}) {
    return this.requests.update(this.keyOfVersion(scope, version), { ...changes, status }, statusOf(version));
  }

  private keyOfVersion(scope: ScopeOf<D>, version: ItemOf<D>) {
    return this.keyIn(scope, { [this.definition.key.range]: this.rangeOf(version) } as KeyOf<D>);
  }

  private rangeOf(version: ItemOf<D>): string {
    return textOf(version, this.definition.key.range);
  }

  private familyOf(version: ItemOf<D>): string {
    return textOf(version, this.versioning.family);
  }
}

const textOf = (item: object, name: string) => String((item as Record<string, unknown>)[name]);
const isActive = (version: object) => textOf(version, 'status') === ACTIVE;
/** A row whose status is missing or NULL reads as active. */
const statusOf = (version: object) => ({
  status: { value: textOf(version, 'status'), orMissing: isActive(version) },
});
const newestFirst = <T extends object>(versions: readonly T[]): T[] =>
  [...versions].sort((a, b) => (textOf(a, 'updatedAt') < textOf(b, 'updatedAt') ? 1 : -1));
