import type { Stage } from './stage.ts';

export const prod: Stage = {
  name: 'prod',
  tables: { tablePrefix: 'aace-', tenantTableSuffix: '-pk', legacy: true },
  network: { cidr: '10.40.0.0/16', zones: 3, natGateways: 3 },
  tokens: 'issuer',
  api: { cpu: 1024, memoryMiB: 2048, tasks: { min: 3, max: 30 }, rollout: { percent: 10, minutes: 15 } },
  runner: { cpu: 1024, memoryMiB: 2048, tasks: { min: 2, max: 100 }, runsPerTask: 50 },
  logDays: 90,
  alarms: { p99Ms: 1_500, queueAgeSeconds: 30, failedRuns: 50, apiErrors: 5 },
  migration: {
    id: 'prod-1',
    workers: 4,
    capacity: { write: 2_000, read: 4_000 },
    fence: { route: true },
    soakHours: 72,
    mapping: { default: 'same' },
  },
};
