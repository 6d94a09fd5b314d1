export { type IndexShape, type Item, type KeyType, keyAttributes, type TableShape } from './item.ts';
export { canonicalItem, canonicalValue } from './canonical-value.ts';
export { type KeyMapping, keyMapping, type KeyMappingRules, type Mapped } from './key-mapping.ts';
export { epochOf, version } from './version.ts';
export {
  isTombstone,
  liveRow,
  marks,
  sameRow,
  sourceKeyOf,
  stamped,
  tombstone,
  versionOf,
  withoutMarks,
} from './marks.ts';
export { type Images, isEcho } from './echo.ts';
export { accepts, acceptsCondition, collision } from './register.ts';
export type { Refused, RowMapper } from './row-mapper.ts';
export { forwardMapper, type MapperOptions } from './forward.mapper.ts';
export { reverseMapper, type ReverseMapper } from './reverse.mapper.ts';
export { refusal } from './row-limits.ts';
export { stampsOf } from './tenant.attributes.ts';
export { type Backfill, backfillOf, type BackfillRule, partitionOf } from './backfill.ts';
export { type ChangeEvent, type Changes, changesOf, type RegisterWrite } from './change-event.ts';
export { coalesce, type Coalesced, countEvents, type EventCounts, type Quarantined } from './coalesce.ts';
export {
  armedProgress,
  type Lineage,
  lineageOf,
  type ShardDescription,
  type ShardIssue,
  type ShardProgress,
  streamGap,
} from './shard-lineage.ts';
export {
  assertTransition,
  canFollow,
  IllegalTransition,
  type MigrationState,
  openSide,
  states,
} from './state-machine.ts';
export { type CopyCounts, type Imbalance, imbalances } from './conservation.ts';
export { Fingerprint } from './fingerprint.ts';
export { itemBytes, storedBytes, valueBytes } from './item-size.ts';
export { refusedUnits, RowSums, scanUnits, TRANSACTION_FACTOR, writeUnits } from './cost.ts';
export { Throttle } from './throttle.ts';
export { AUDIT_START, type AuditLine, auditLine, firstBroken, sealOf } from './audit-chain.ts';
