import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type Update,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { patiently } from '../database/call.ts';
import { FencedOut } from '../migration-error.ts';
import { itemKey, readItem } from './control-items.ts';
import type { ControlTable } from './control-table.ts';
import { type Counters, decodeUnit, type Unit } from './unit.ts';

/** How long a silent owner keeps what it holds. */
export const LEASE_MS = 10_000;
const HEARTBEAT_MS = 2_500;

export interface UnitChange {
  cursor?: Record<string, AttributeValue>;
  clearCursor?: boolean;
  set?: Partial<
    Pick<Unit, 'position' | 'positionAt' | 'done' | 'tipProbe' | 'tipAt' | 'lagMs' | 'verifiedTo'>
  >;
  add?: Partial<Counters>;
}

/**
 * One unit of work in the hands of one worker. Progress, accounting and lease are one item, so that each change of it
 * is atomic and refused by the database once another worker has taken over: what is checkpointed is what was done.
 */
export class UnitLease {
  readonly unit: Unit;
  private readonly table: ControlTable;
  private confirmed: number;
  private queue: Promise<unknown> = Promise.resolve();
  private busy = 0;
  private readonly timer: NodeJS.Timeout;
  private lost: FencedOut | undefined;

  private constructor(table: ControlTable, unit: Unit, confirmed: number) {
    this.table = table;
    this.unit = unit;
    this.confirmed = confirmed;
    this.timer = setInterval(() => this.beat(), HEARTBEAT_MS);
    this.timer.unref();
  }

  /** @returns undefined when somebody else was quicker, or it is not as it was seen */
  static async acquire(table: ControlTable, seen: Unit, owner: string): Promise<UnitLease | undefined> {
    const token = randomUUID();
    const sent = performance.now();
    try {
      await patiently(() =>
        table.client.send(
          new UpdateItemCommand({
            TableName: table.name,
            Key: itemKey(table, seen.item),
            UpdateExpression: 'SET #owner = :owner, leaseEpoch = :epoch, rev = :rev, #token = :token',
            ConditionExpression: 'rev = :seen',
            ExpressionAttributeNames: { '#owner': 'owner', '#token': 'token' },
            ExpressionAttributeValues: {
              ':owner': { S: owner },
              ':epoch': { N: String(seen.leaseEpoch + 1) },
              ':rev': { N: String(seen.rev + 1) },
              ':seen': { N: String(seen.rev) },
              ':token': { S: token },
            },
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const stored = await readItem(table, seen.item);
      if (stored?.token?.S !== token) return undefined;
    }
    const unit = { ...seen, owner, leaseEpoch: seen.leaseEpoch + 1, rev: seen.rev + 1, token };
    return new UnitLease(table, unit, sent);
  }

  /** Writes progress. @throws FencedOut */
  async checkpoint(change: UnitChange): Promise<void> {
    await this.exclusive(async () => {
      const { update, token } = this.updateFor(change);
      const sent = performance.now();
      try {
        await patiently(() => this.table.client.send(new UpdateItemCommand(update)));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !(await this.landed(token)))
          throw this.fenced(error);
      }
      this.settle(change, token, sent);
    });
  }

  /**
   * Writes progress together with rows: `transact` gets the entry for its transaction, as the first of it, and
   * resolves once that is committed. It must throw what the lease's own condition answers through `refused`.
   */
  async checkpointWith(
    change: UnitChange,
    transact: (entry: { Update: Update }, refused: (error: unknown) => Promise<boolean>) => Promise<void>,
  ): Promise<void> {
    await this.exclusive(async () => {
      const { update, token } = this.updateFor(change);
      const sent = performance.now();
      await transact({ Update: update }, async (error) => {
        // A try whose answer got lost may have committed: then the item carries this change's token.
        if (await this.landed(token)) return true;
        throw this.fenced(error);
      });
      this.settle(change, token, sent);
    });
  }

  /** To be asked right before each write that carries no condition on the lease. @throws FencedOut */
  async assertHeld(): Promise<void> {
    if (this.lost) throw this.lost;
    if (performance.now() - this.confirmed > LEASE_MS / 2) await this.checkpoint({});
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    if (this.lost) return;
    await this.exclusive(async () => {
      try {
        await patiently(() =>
          this.table.client.send(
            new UpdateItemCommand({
              TableName: this.table.name,
              Key: itemKey(this.table, this.unit.item),
              UpdateExpression: 'REMOVE #owner SET rev = :next',
              ConditionExpression: 'rev = :rev',
              ExpressionAttributeNames: { '#owner': 'owner' },
              ExpressionAttributeValues: {
                ':rev': { N: String(this.unit.rev) },
                ':next': { N: String(this.unit.rev + 1) },
              },
            }),
          ),
        );
      } catch (error) {
        // Released already, or taken over: either way it is no longer ours.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    });
  }

  private beat(): void {
    if (this.busy > 0 || this.lost) return;
    // Failing here is found by the work itself, at its next checkpoint.
    this.checkpoint({}).catch(() => {});
  }

  private updateFor({ cursor, clearCursor, set = {}, add = {} }: UnitChange) {
    const token = randomUUID();
    const { rev } = this.unit;
    const names: Record<string, string> = { '#token': 'token' };
    const values: Record<string, AttributeValue> = {
      ':rev': { N: String(rev) },
      ':next': { N: String(rev + 1) },
      ':token': { S: token },
    };
    const sets = ['rev = :next', '#token = :token'];
    for (const [name, value] of Object.entries(set)) {
      names[`#s_${name}`] = name;
      Object.assign(values, marshall({ [`:s_${name}`]: value }));
      sets.push(`#s_${name} = :s_${name}`);
    }
    if (cursor) {
      names['#cursor'] = 'cursor';
      values[':cursor'] = { M: cursor };
      sets.push('#cursor = :cursor');
    }
    const adds = Object.entries(add).filter(([, amount]) => amount);
    for (const [name, amount] of adds) {
      names[`#a_${name}`] = name;
      values[`:a_${name}`] = { N: String(amount) };
    }
    if (clearCursor) names['#cursor'] = 'cursor';
    return {
      token,
      update: {
        TableName: this.table.name,
        Key: itemKey(this.table, this.unit.item),
        UpdateExpression: [
          `SET ${sets.join(', ')}`,
          adds.length > 0 && `ADD ${adds.map(([name]) => `#a_${name} :a_${name}`).join(', ')}`,
          clearCursor && 'REMOVE #cursor',
        ]
          .filter(Boolean)
          .join(' '),
        ConditionExpression: 'rev = :rev',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
      },
    };
  }

  private async landed(token: string): Promise<boolean> {
    const stored = await readItem(this.table, this.unit.item);
    return stored !== undefined && decodeUnit(stored).token === token;
  }

  private settle({ cursor, clearCursor, set, add = {} }: UnitChange, token: string, sent: number): void {
    const { unit } = this;
    unit.rev += 1;
    unit.token = token;
    Object.assign(unit, set);
    if (cursor) unit.cursor = cursor;
    if (clearCursor) delete unit.cursor;
    for (const [name, amount] of Object.entries(add)) unit[name as keyof Counters] += amount;
    this.confirmed = sent;
  }

  private fenced(error: unknown): unknown {
    const conditional =
      error instanceof ConditionalCheckFailedException ||
      (error instanceof Error && error.name === 'TransactionCanceledException');
    if (!conditional) return error;
    this.lost = new FencedOut(`${this.unit.kind} of ${this.unit.table}`);
    clearInterval(this.timer);
    return this.lost;
  }

  /** One change at a time: the next one's condition rests on this one's outcome. */
  private exclusive<T>(work: () => Promise<T>): Promise<T> {
    this.busy += 1;
    const next = this.queue.then(async () => {
      try {
        if (this.lost) throw this.lost;
        return await work();
      } finally {
        this.busy -= 1;
      }
    });
    this.queue = next.catch(() => {});
    return next;
  }
}
