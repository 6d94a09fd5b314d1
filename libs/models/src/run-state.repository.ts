import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type RunState, type runState, storedName } from '@agent-engine/entities';
import { isConditionFailed, send } from './database.ts';
import { Expression } from './expression.ts';
import type { Owner } from './owner.ts';
import { Repository } from './repository.ts';

/** A run ends in minutes; what says so stays until no queue can deliver its question any more. */
const KEEP_SECONDS = 15 * 24 * 3_600;

export interface LeaseRequest {
  runUuid: string;
  /** Different for every attempt, also of the same process. */
  leaseOwner: string;
  leaseMs: number;
}

/** Decides in the database who works on a run: whoever holds an unexpired lease, and nobody else. */
export class RunStateRepository extends Repository<typeof runState> {
  /** @returns the state with this attempt counted; undefined while another attempt holds the run */
  acquire(owner: Owner, { runUuid, leaseOwner, leaseMs }: LeaseRequest): Promise<RunState | undefined> {
    const now = Date.now();
    return this.write(owner, runUuid, {
      set: { leaseOwner, leaseUntil: now + leaseMs, expiresAt: Math.ceil(now / 1_000) + KEEP_SECONDS },
      count: 'attempts',
      // The database may have given it to this very attempt without our hearing so.
      condition: (words) =>
        `(${words.missingOr('leaseUntil', '<', now)} OR ${words.equals('leaseOwner', leaseOwner)})`,
    });
  }

  /** @returns undefined when the lease has passed to another attempt */
  renew(
    owner: Owner,
    { runUuid, leaseOwner, leaseMs }: LeaseRequest,
    workedMs: number,
  ): Promise<RunState | undefined> {
    return this.write(owner, runUuid, {
      set: { leaseUntil: Date.now() + leaseMs, workedMs },
      condition: (words) => words.equals('leaseOwner', leaseOwner),
      // One that hears nothing leaves time for another.
      requestTimeout: leaseMs / 4,
    });
  }

  /** Lets the next attempt begin at once. Without effect when the lease has passed on. */
  async release(
    owner: Owner,
    { runUuid, leaseOwner }: Omit<LeaseRequest, 'leaseMs'>,
    { workedMs, isTold }: Pick<RunState, 'workedMs' | 'isTold'>,
  ): Promise<void> {
    await this.write(owner, runUuid, {
      set: { leaseUntil: 0, workedMs, isTold },
      condition: (words) => words.equals('leaseOwner', leaseOwner),
    });
  }

  /** Notes that the client of a run that is over knows how it ended. */
  async told(owner: Owner, runUuid: string): Promise<void> {
    await this.write(owner, runUuid, { set: { isTold: true } });
  }

  /**
   * Notes that the run shall end; whoever works on it sees that, now or when its turn comes.
   * @returns how it stands; `attempts` 0: no runner has begun it
   */
  async cancel(owner: Owner, runUuid: string, why: 'asked' | 'gone'): Promise<RunState | undefined> {
    return this.write(owner, runUuid, {
      set: { cancelled: why, expiresAt: Math.ceil(Date.now() / 1_000) + KEEP_SECONDS },
      // A wish is stronger than an absence.
      ...(why === 'gone' && { condition: (words) => words.missingOr('cancelled', '=', 'gone') }),
    });
  }

  /** Creates the row if need be, and never touches another partition's. */
  private async write(
    owner: Owner,
    runUuid: string,
    change: {
      set: Record<string, string | number | boolean>;
      count?: string;
      condition?: (words: Expression) => string;
      /** Milliseconds; absent: as long as all calls may take. */
      requestTimeout?: number;
    },
  ): Promise<RunState | undefined> {
    const words = new Expression();
    const stamps = this.space.stamps(owner);
    const conditions = [
      words.missingOr('partitionKey', '=', owner.partition.key),
      ...(change.condition ? [change.condition(words)] : []),
    ];
    const set = Object.entries({ ...stamps, ...change.set }).map(([name, value]) =>
      words.equals(name, value),
    );
    const add = change.count === undefined ? '' : ` ADD ${words.plus(change.count, 1)}`;
    try {
      const { Attributes = {} } = await send(
        this.client.send(
          new UpdateItemCommand({
            TableName: this.table,
            Key: {
              [storedName('threadUuid')]: { S: owner.threadUuid },
              [storedName('runUuid')]: { S: runUuid },
            },
            UpdateExpression: `SET ${set.join(', ')}${add}`,
            ConditionExpression: conditions.join(' AND '),
            ExpressionAttributeNames: words.names,
            ExpressionAttributeValues: words.values,
            ReturnValues: 'ALL_NEW',
          }),
          { requestTimeout: change.requestTimeout },
        ),
      );
      return this.codec.decode(Attributes);
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }
}
