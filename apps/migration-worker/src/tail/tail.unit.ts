import { setTimeout as delay } from 'node:timers/promises';
import type { Work } from '../run/work.ts';
import type { Applier } from './applier.ts';
import { applierFor } from './applier-for.ts';
import { commitGroup, type GroupOrigin } from './commit-group.ts';
import { EventGroup } from './event-group.ts';
import { type ShardBatch, ShardReader } from './shard-reader.ts';

/** A shard gives five reads a second. */
const IDLE_MS = 250;
/** While writers wait for a cutover. */
const HURRIED_MS = 40;
/** A page shorter than this is what was written since the last one: the tail is at the end of its stream. */
const NEAR_TIP = 500;
const TIP_NOTE_MS = 30_000;
const TRUNCATED_CLOCK_MS = 60_000;

/** Follows one shard from its checkpoint to its end. */
export async function followShard(work: Work): Promise<void> {
  const { migration, lease, signal } = work;
  const { unit } = lease;
  const { shard, arn } = unit;
  if (shard === undefined || arn === undefined) throw new Error(`${unit.item} names no shard.`);
  const side = unit.side === 'target' ? migration.target : migration.source;
  const reader = new ShardReader({
    streams: side.streams,
    table: unit.table,
    arn,
    shard,
    position: unit.position,
    positionAt: unit.positionAt,
    tipAt: unit.tipAt,
  });
  const applier = applierFor(migration, unit);
  const origin: GroupOrigin = { direction: unit.direction ?? 'forward', table: unit.table };
  while (!signal.aborted) {
    const { probe } = work.control();
    const batch = await reader.read();
    if (!(await applyBatch(work, origin, applier, batch))) return;
    work.meter.count(unit.table, batch.events.length, 'events');
    if (batch.end) {
      await lease.checkpoint({ set: { done: true, tipProbe: probe, lagMs: 0 } });
      return;
    }
    if (isNearTip(batch)) await noteTip(work, probe, batch.atTip);
    if (batch.atTip) await pause(work);
  }
}

/** @returns false when it was told to stop before the last event: the rest is read again by whoever goes on */
async function applyBatch(
  work: Work,
  origin: GroupOrigin,
  applier: Applier,
  batch: ShardBatch,
): Promise<boolean> {
  let group = new EventGroup();
  const flush = async () => {
    if (group.members.length === 0) return;
    await commitGroup(work, group, origin, {
      lagMs: lagOf(batch),
      positionAt: batch.events.at(-1)?.createdAt,
    });
    group = new EventGroup();
  };
  for (const event of batch.events) {
    const member = { sequenceNumber: event.sequenceNumber, effect: await applier.effectOf(event) };
    if (group.offer(member, origin)) continue;
    await flush();
    if (work.signal.aborted) return false;
    group.offer(member, origin);
  }
  await flush();
  return true;
}

const isNearTip = (batch: ShardBatch) => batch.events.length < NEAR_TIP;

/** Says that all that was there when the probe was raised has been dealt with. */
async function noteTip({ lease }: Work, probe: number, idle: boolean): Promise<void> {
  const { unit } = lease;
  const tipAt = Date.now();
  if (unit.tipProbe < probe || tipAt - (unit.tipAt ?? 0) > TIP_NOTE_MS || (idle && unit.lagMs > 0))
    await lease.checkpoint({ set: { tipProbe: probe, tipAt, lagMs: 0 } });
}

/** Age of the last event when it was applied. Where times are cut to the minute, that of the read tells more. */
function lagOf(batch: ShardBatch): number {
  const created = batch.events.at(-1)?.createdAt ?? 0;
  const sinceRead = performance.now() - batch.sentAt;
  if (created % TRUNCATED_CLOCK_MS === 0 && isNearTip(batch)) return Math.round(sinceRead);
  return Math.max(0, Math.round(Date.now() - created));
}

async function pause({ control, signal }: Work): Promise<void> {
  const hurried = control().window === true;
  await delay(hurried ? HURRIED_MS : IDLE_MS, undefined, { signal }).catch(() => {});
}
