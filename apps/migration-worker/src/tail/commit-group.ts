import { randomUUID } from 'node:crypto';
import { TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { DirectionName } from '../control/control-record.ts';
import type { UnitChange } from '../control/unit-lease.ts';
import { backOff, patiently } from '../database/call.ts';
import { rowProblem } from '../database/row-problem.ts';
import type { Work } from '../run/work.ts';
import { EventGroup, type GroupEntry } from './event-group.ts';

export interface GroupOrigin {
  direction: DirectionName;
  table: string;
}

/** Some writes of the transaction are not to be sent again as they were. */
class Reduced extends Error {}

/** The transaction as a whole is refused because of some row in it, and does not say which. */
class Unclear extends Error {}

/**
 * Rows, quarantine entries, accounting and checkpoint in one transaction whose first condition is the lease: all of
 * it happens once, and nothing of it after another worker has taken over.
 */
export async function commitGroup(
  work: Work,
  group: EventGroup,
  origin: GroupOrigin,
  set: UnitChange['set'],
): Promise<void> {
  for (;;) {
    const entries = group.list(work.migration.control, origin);
    const change: UnitChange = {
      set: { ...set, position: group.lastSequenceNumber },
      add: group.counts(),
    };
    try {
      if (entries.length === 0) await work.lease.checkpoint(change);
      else
        await work.lease.checkpointWith(change, (lease, refused) =>
          transact(work, group, entries, lease, refused),
        );
      work.governor.consumed('write', group.units);
      return;
    } catch (error) {
      if (error instanceof Unclear) {
        await oneByOne(work, group, origin, set, error.message);
        return;
      }
      if (!(error instanceof Reduced)) throw error;
    }
  }
}

async function transact(
  { migration, governor }: Work,
  group: EventGroup,
  entries: readonly GroupEntry[],
  lease: Parameters<Parameters<Work['lease']['checkpointWith']>[1]>[0],
  leaseRefused: (error: unknown) => Promise<boolean>,
): Promise<void> {
  const items = [lease, ...entries.map(({ entry }) => entry)];
  for (let attempt = 0; ; attempt++) {
    if (attempt > 0) await backOff(attempt);
    try {
      const token = randomUUID();
      await patiently(
        () =>
          migration.control.client.send(
            new TransactWriteItemsCommand({ TransactItems: items, ClientRequestToken: token }),
          ),
        { onThrottle: () => governor.throttled('write') },
      );
      return;
    } catch (error) {
      if (rowProblem(error)) throw new Unclear(rowProblem(error), { cause: error });
      if (!(error instanceof TransactionCanceledException)) throw error;
      const [first, ...reasons] = error.CancellationReasons ?? [];
      if (first?.Code === 'ConditionalCheckFailed') {
        if (await leaseRefused(error)) return;
        throw error;
      }
      if (settle(group, entries, reasons))
        throw new Reduced('Some rows are newer already.', { cause: error });
      if (reasons.some(({ Code }) => /Throttl|Throughput/.test(Code ?? ''))) governor.throttled('write');
      // Conflicts and throttles: the same once more.
    }
  }
}

type Reasons = NonNullable<TransactionCanceledException['CancellationReasons']>;

/** Takes out what is newer already and what can never be written. @returns whether anything was */
function settle(group: EventGroup, entries: readonly GroupEntry[], reasons: Reasons): boolean {
  let changed = false;
  for (const [index, { Code: code, Message: message, Item }] of reasons.entries()) {
    const { write, member } = entries[index] ?? {};
    if (!write || member === undefined || !code || code === 'None') continue;
    if (code === 'ConditionalCheckFailed') {
      write.examine?.(Item);
      group.drop(write.id);
    } else if (code === 'ValidationError' || code === 'ItemCollectionSizeLimitExceeded') {
      const from = group.members[member];
      if (!from || !('writes' in from.effect)) continue;
      group.refuse(write.id, { ...from.effect.origin, reason: `${code}: ${message ?? ''}` });
    } else continue;
    changed = true;
  }
  return changed;
}

/** Each event in a transaction of its own: the one that is refused alone is the culprit. */
async function oneByOne(
  work: Work,
  group: EventGroup,
  origin: GroupOrigin,
  set: UnitChange['set'],
  reason: string,
): Promise<void> {
  for (const member of group.members) {
    const single = new EventGroup();
    if (group.members.length === 1 && 'writes' in member.effect) {
      const refused = { ...member.effect.origin, reason };
      single.offer({ ...member, effect: { refused } }, origin);
    } else single.offer(member, origin);
    await commitGroup(work, single, origin, set);
  }
}
