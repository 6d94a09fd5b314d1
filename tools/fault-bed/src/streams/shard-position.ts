import type { Shard } from './lineage.ts';

export interface ShardIteratorInput {
  StreamArn: string;
  ShardId: string;
  ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' | 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER';
  SequenceNumber?: string;
}

/** Index of the first record that such an iterator gives. Below `shard.trimmed` it is gone. */
export function positionOf(shard: Shard, input: ShardIteratorInput, latest: string): number | 'unknown' {
  const { ShardIteratorType: type, SequenceNumber: sequence = '' } = input;
  if (type === 'TRIM_HORIZON') return shard.trimmed;
  if (type === 'LATEST') return shard.records.length;
  if (!/^\d+$/.test(sequence) || BigInt(sequence) > BigInt(latest)) return 'unknown';
  const wanted = BigInt(sequence);
  const before = shard.records.filter(({ dynamodb }) => {
    const own = BigInt(dynamodb.SequenceNumber);
    return type === 'AFTER_SEQUENCE_NUMBER' ? own <= wanted : own < wanted;
  });
  return before.length;
}
