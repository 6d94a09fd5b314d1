import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './item.ts';
import { marks, sourceKeyOf, versionOf } from './marks.ts';

/**
 * The condition of every replicated write: each target row is a register that the newest version wins, and
 * a row without version (copied by the scan) loses to all. Because the order of versions is total, it does not matter
 * in which order, how often or how late writes arrive.
 */
export function accepts(current: Item | undefined, version: string): boolean {
  const present = current && versionOf(current);
  return present === undefined || present < version;
}

/** {@link accepts} as the database checks it, in the same write. */
export function acceptsCondition(
  key: { hash: string },
  version: string,
): {
  ConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: Record<string, AttributeValue>;
} {
  return {
    ConditionExpression:
      'attribute_not_exists(#hash) OR attribute_not_exists(#version) OR #version < :version',
    ExpressionAttributeNames: { '#hash': key.hash, '#version': marks.version },
    ExpressionAttributeValues: { ':version': { S: version } },
  };
}

/**
 * Why a write must not happen at all: the target row is another source row's. Only where several legacy keys
 * are one partition do rows carry where they are from; one must never overwrite the other, nor its tombstone,
 * since versions of different source keys say nothing about which was later.
 */
export function collision(current: Item | undefined, write: Item): string | undefined {
  const [theirs, ours] = [sourceKeyOf(current), sourceKeyOf(write)];
  if (theirs === undefined || ours === undefined || theirs === ours) return undefined;
  return `The target row belongs to ${JSON.stringify(theirs)}, and ${JSON.stringify(ours)} has a row of the same key. Map them to different partitions.`;
}
