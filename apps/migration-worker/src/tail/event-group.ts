import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Counters } from '../control/unit.ts';
import { quarantineId, quarantinePut } from '../control/quarantine.ts';
import type { DirectionName } from '../control/control-record.ts';
import type { ControlTable } from '../control/control-table.ts';
import type { Effect, EventWrite, RefusedEvent } from './applier.ts';

/** A transaction takes a hundred writes and 4 MB; one of the writes is the checkpoint. */
const MAX_ENTRIES = 99;
const MAX_BYTES = 3_500_000;

export interface GroupMember {
  sequenceNumber: string;
  effect: Effect;
}

/** What one event will have come to if the transaction commits as it stands. */
type Fate = 'applied' | 'superseded' | 'quarantinedEvents';

export interface GroupEntry {
  entry: TransactWriteItem;
  write?: EventWrite;
  /** Position of its event in the group. */
  member: number;
}

/**
 * Consecutive events of a shard that go over in one transaction together with the checkpoint behind them. Of several
 * writes to the same row the last stands for all.
 */
export class EventGroup {
  readonly members: GroupMember[] = [];
  private readonly writes = new Map<string, { write: EventWrite; member: number }>();
  private readonly refused = new Map<string, { refused: RefusedEvent; member: number }>();
  private bytes = 0;

  /** False when it would grow too large: then it is another group's. The first member always fits. */
  offer(member: GroupMember, origin: { direction: DirectionName; table: string }): boolean {
    const { effect } = member;
    const writes = 'writes' in effect ? effect.writes : [];
    const size = writes.reduce((sum, { bytes }) => sum + bytes, 0);
    if (
      this.members.length > 0 &&
      (this.entries + 2 * writes.length + 1 > MAX_ENTRIES || this.bytes + size > MAX_BYTES)
    )
      return false;
    const index = this.members.push(member) - 1;
    this.bytes += size;
    for (const write of writes) {
      // Two rows of different origin are never one: not in the database, and not here.
      write.examine?.(this.writes.get(write.id)?.write.row);
      this.writes.set(write.id, { write, member: index });
    }
    if ('refused' in effect)
      this.refused.set(quarantineId({ ...origin, key: effect.refused.key }), {
        refused: effect.refused,
        member: index,
      });
    return true;
  }

  get lastSequenceNumber(): string | undefined {
    return this.members.at(-1)?.sequenceNumber;
  }

  get units(): number {
    return [...this.writes.values()].reduce((sum, { write }) => sum + write.units, 0);
  }

  /** The row was newer already: this write is not needed. */
  drop(id: string): void {
    this.writes.delete(id);
  }

  /** The row cannot be written: its event goes into quarantine instead. */
  refuse(id: string, refused: RefusedEvent): void {
    const member = this.writes.get(id)?.member ?? 0;
    this.writes.delete(id);
    this.refused.set(id, { refused, member });
  }

  list(control: ControlTable, origin: { direction: DirectionName; table: string }): GroupEntry[] {
    return [
      ...[...this.writes.values()].flatMap(({ write, member }): GroupEntry[] => [
        { entry: write.entry, write, member },
        ...(write.companion ? [{ entry: write.companion, member }] : []),
      ]),
      ...[...this.refused.values()].map(({ refused, member }): GroupEntry => {
        return { entry: { Put: quarantinePut(control, { ...origin, ...refused }) }, member };
      }),
    ];
  }

  counts(): Pick<Counters, 'seen' | 'applied' | 'superseded' | 'quarantinedEvents'> {
    const fates = this.members.map((): Fate => 'superseded');
    for (const { member } of this.writes.values()) fates[member] = 'applied';
    for (const [index, { effect }] of this.members.entries())
      if ('refused' in effect) fates[index] = 'quarantinedEvents';
    for (const { member } of this.refused.values()) fates[member] = 'quarantinedEvents';
    const counts = { seen: fates.length, applied: 0, superseded: 0, quarantinedEvents: 0 };
    for (const fate of fates) counts[fate] += 1;
    return counts;
  }

  private get entries(): number {
    return 1 + 2 * this.writes.size + this.refused.size;
  }
}
