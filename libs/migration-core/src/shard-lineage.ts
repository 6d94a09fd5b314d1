/** A shard as DescribeStream lists it. */
export interface ShardDescription {
  shardId: string;
  parentShardId?: string;
  /** True once it has an ending sequence number: no more records will come. */
  closed: boolean;
}

/** How far a shard was read. Kept for every shard ever seen, also when the stream no longer lists it. */
export interface ShardProgress {
  /** Sequence number of the last record that is done. Absent: read from the beginning. */
  position?: string;
  /** Read to its end, or closed before the migration was armed. */
  finished: boolean;
  /** It was listed when the stream was armed: whatever came before it is in the scan. */
  armed?: boolean;
}

export interface ShardIssue {
  shardId: string;
  reason: string;
}

export interface Lineage {
  /** May be read now: nothing that came before them is unread. */
  readable: readonly string[];
  /** Their parents must be read first. */
  waiting: readonly string[];
  /** Of these the listing says what cannot be: list again, and if they stay, treat them as {@link gaps}. */
  unsettled: readonly ShardIssue[];
  /** Records that were never read and never will be: only a resync helps. */
  gaps: readonly ShardIssue[];
  /** Every shard is closed and read: after the stream was disabled, the proof that nothing is left. */
  drained: boolean;
}

/** Where reading starts: at the beginning of each open shard. What closed ones hold, the scan sees. */
export function armedProgress(listing: readonly ShardDescription[]): Map<string, ShardProgress> {
  const armed = [...merged(listing).values()];
  return new Map(armed.map(({ shardId, closed }) => [shardId, { finished: closed, armed: true }]));
}

/** What may be read, in which order, and what is lost. DescribeStream's pages need not agree with each other. */
export function lineageOf(
  listing: readonly ShardDescription[],
  known: ReadonlyMap<string, ShardProgress>,
): Lineage {
  const listed = merged(listing);
  const readable: string[] = [];
  const waiting: string[] = [];
  const unsettled: ShardIssue[] = [];
  const open = [...listed.values()].filter(({ shardId }) => !known.get(shardId)?.finished);
  for (const shard of open) {
    const verdict = judge(shard, listed, known);
    if (verdict === 'readable') readable.push(shard.shardId);
    else if (verdict === 'waiting') waiting.push(shard.shardId);
    else unsettled.push({ shardId: shard.shardId, reason: verdict.reason });
  }
  const gaps = [...known]
    .filter(([shardId, { finished }]) => !finished && !listed.has(shardId))
    .map(([shardId]) => ({
      shardId,
      reason: 'It was not read to its end, and the stream no longer has it.',
    }));
  const drained =
    open.length === 0 && gaps.length === 0 && [...listed.values()].every(({ closed }) => closed);
  return { readable, waiting, unsettled, gaps, drained };
}

/**
 * Why reading on would miss records: a stream that was switched off and on again is another one, and its
 * sequence numbers and shards say nothing about what the first one still had.
 */
export function streamGap(armedArn: string, currentArn: string | undefined): string | undefined {
  if (armedArn === currentArn) return undefined;
  return currentArn === undefined
    ? `The table has no stream any more; armed was ${armedArn}.`
    : `The table's stream is ${currentArn}; armed was ${armedArn}.`;
}

function judge(
  shard: ShardDescription,
  listed: ReadonlyMap<string, ShardDescription>,
  known: ReadonlyMap<string, ShardProgress>,
): 'readable' | 'waiting' | { reason: string } {
  const parent = shard.parentShardId;
  if (parent === undefined || known.get(parent)?.finished) return 'readable';
  if (isOwnAncestor(shard, listed)) return { reason: 'It is listed as its own ancestor.' };
  if (listed.has(parent) || known.has(parent)) return 'waiting';
  // A parent that was trimmed before arming belongs to a shard that was there at arming.
  return known.get(shard.shardId)?.armed
    ? 'readable'
    : { reason: `Its parent ${parent} is not listed, and was never read.` };
}

function isOwnAncestor(shard: ShardDescription, listed: ReadonlyMap<string, ShardDescription>): boolean {
  const seen = new Set<string>();
  for (let id = shard.parentShardId; id !== undefined && !seen.has(id); id = listed.get(id)?.parentShardId) {
    if (id === shard.shardId) return true;
    seen.add(id);
  }
  return false;
}

/** One entry for each shard: what any page says of it is true, since shards never reopen or lose a parent. */
function merged(listing: readonly ShardDescription[]): Map<string, ShardDescription> {
  const shards = new Map<string, ShardDescription>();
  for (const shard of listing) {
    const other = shards.get(shard.shardId);
    shards.set(shard.shardId, {
      shardId: shard.shardId,
      parentShardId: shard.parentShardId ?? other?.parentShardId,
      closed: shard.closed || (other?.closed ?? false),
    });
  }
  return shards;
}
