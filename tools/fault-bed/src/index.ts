export { Random } from './random.ts';
export {
  createLegacyTables,
  createTargetTables,
  type LegacyTables,
  type TargetTables,
} from './world/create-world.ts';
export type { Item } from './world/item.ts';
export { legacyRows, type LegacyRows, type WorldRow } from './world/legacy-rows.ts';
export {
  legacyKeysOf,
  legacyTenantMapping,
  legacyTenants,
  mapLegacyKey,
  type MappedPartition,
  type WorldMapping,
} from './world/mapping.ts';
export { seedLegacyWorld, type SeedWorld, writeRows } from './world/seed-world.ts';
export { type Move, type WorldTable, worldTable, worldTables } from './world/world-tables.ts';
export type { Call } from './proxy/call.ts';
export type { CallLog, CallRecord } from './proxy/call-log.ts';
export { CapacityMeter, type SimulatedCapacity } from './proxy/capacity.ts';
export type { Fault, FaultKind, FaultPlan } from './proxy/fault.ts';
export { seededPlan, type SeededPlan } from './proxy/fault-plan.ts';
export {
  type CallHook,
  type CallWatcher,
  FaultProxy,
  type FaultProxyOptions,
  startFaultProxy,
} from './proxy/fault-proxy.ts';
export type { StreamScript } from './streams/stream-script.ts';
export {
  checkHistory,
  type HistoryCheck,
  type HistoryVerdict,
  type Violation,
} from './history/check-history.ts';
export {
  compareWorlds,
  differenceCounts,
  type WorldComparison,
  type WorldDifference,
  type Worlds,
} from './history/compare-worlds.ts';
export { logicalRow, type Side } from './history/logical-row.ts';
export { readWorld, type WorldPlace } from './history/read-world.ts';
export { type LoggedWrite, readWriteLogs } from './history/write-log.ts';
export { Fence } from './writers/fence.ts';
export { holdByFile, obeyFile, releaseByFile } from './writers/fence-files.ts';
export { startFenceServer } from './writers/fence-server.ts';
export { WriterSide } from './writers/writer-side.ts';
export { Writers, type WritersOptions, type WriterStats } from './writers/writers.ts';
export { type CorruptionKind, corruptions } from './corruption/corruptions.ts';
export { plantCorruptions, type PlantedCorruption, type Planting } from './corruption/plant-corruptions.ts';
export { type Command, type Exit, type RunningCommand, startCommand } from './crash/command.ts';
export {
  type CrashBed,
  type CrashEnumeration,
  CrashFailure,
  type CrashPoint,
  crashPoints,
  crashPointsOf,
  type CrashReport,
  type CrashWorld,
  type Death,
  dieAt,
  killStorm,
} from './crash/crash-points.ts';
export { zombie } from './crash/zombie.ts';
