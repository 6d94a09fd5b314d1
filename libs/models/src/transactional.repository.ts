import { DeleteItemCommand, type TransactWriteItem, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type EntityDefinition, type ItemOf, type KeyOf, storedName } from '@agent-engine/entities';
import { batchGet } from './batch-get.ts';
import { isConditionFailed, send } from './database.ts';
import type { ScopeOf } from './key-space.ts';
import { Repository } from './repository.ts';
import type { PlannedWrite } from './staged-transaction.ts';
import type { Key, Values } from './values.ts';

type PartitionDefinition = EntityDefinition & { readonly scope: 'partition' };

/** Rows that are written together with rows of other tables. */
export class TransactionalRepository<D extends PartitionDefinition> extends Repository<D> {
  /** Rows by range key; strongly consistent. */
  async stored(scope: ScopeOf<D>, uuids: readonly string[]): Promise<Map<string, ItemOf<D>>> {
    const keys = uuids.map((uuid) =>
      Object.fromEntries(
        Object.entries(this.keyOfRow(scope, uuid)).map(([name, value]) => [storedName(name), { S: value }]),
      ),
    );
    const rows = await batchGet(this.client, this.table, keys, { isConsistent: true });
    return new Map(
      rows.map((row) => [row[storedName(this.definition.key.range)]?.S ?? '', this.codec.decode(row)]),
    );
  }

  /** A new row, or a change of the one there is. @throws AppError `argument.*` */
  write(scope: ScopeOf<D>, before: ItemOf<D> | undefined, values: Values): Promise<PlannedWrite> {
    return before ? this.change(scope, before, values) : this.creation(scope, values);
  }

  private async creation(scope: ScopeOf<D>, values: Values): Promise<PlannedWrite> {
    const row = this.newRow(scope, values);
    const uuid = String(row[this.definition.key.range]);
    const updatedAt = String(row.updatedAt);
    return {
      uuid,
      updatedAt,
      item: { Put: await this.requests.put(row) },
      undo: () =>
        this.unlessChanged(async () => {
          const request = await this.requests.delete(this.keyOfRow(scope, uuid), asWritten(updatedAt));
          await this.client.send(new DeleteItemCommand(request));
        }),
    };
  }

  /** On condition that the row still is as `before`. @throws AppError `argument.*` */
  private async change(scope: ScopeOf<D>, before: ItemOf<D>, changes: Values): Promise<PlannedWrite> {
    const former: Values = { ...before };
    const uuid = String(former[this.definition.key.range]);
    const key = this.keyOfRow(scope, uuid);
    const written = this.changed(changes);
    const updatedAt = String(written.updatedAt);
    return {
      uuid,
      updatedAt,
      item: { Update: await this.requests.update(key, written, asWritten(String(former.updatedAt))) },
      undo: () =>
        this.unlessChanged(async () => {
          const restored = Object.fromEntries(
            Object.keys(written).map((name) => [name, former[name] ?? null]),
          );
          const request = await this.requests.update(key, restored, asWritten(updatedAt));
          await this.client.send(new UpdateItemCommand(request));
        }),
    };
  }

  /** On condition that the row exists. */
  async removal(scope: ScopeOf<D>, uuid: string): Promise<TransactWriteItem> {
    return { Delete: await this.requests.delete(this.keyOfRow(scope, uuid)) };
  }

  private keyOfRow(scope: ScopeOf<D>, uuid: string): Key {
    return this.keyIn(scope, { [this.definition.key.range]: uuid } as KeyOf<D>);
  }

  private async unlessChanged(write: () => Promise<void>): Promise<void> {
    try {
      await send(write());
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }
}

const asWritten = (updatedAt: string) => ({ updatedAt: { value: updatedAt, orMissing: false } });
