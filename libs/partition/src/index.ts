export { Partition, type PartitionKey } from './partition.ts';
export { PartitionContext, PartitionNotSet } from './partition-context.ts';
