import type { Stage } from './stage.ts';

/** What production will be, on a smaller scale: every change and the migration are rehearsed here. */
export const staging: Stage = {
  name: 'staging',
  tables: { tablePrefix: 'aace-', tenantTableSuffix: '-pk', legacy: true },
  network: { cidr: '10.30.0.0/16', zones: 2, natGateways: 1 },
  tokens: 'issuer',
  api: { cpu: 512, memoryMiB: 1024, tasks: { min: 2, max: 4 }, rollout: { percent: 10, minutes: 5 } },
  runner: { cpu: 1024, memoryMiB: 2048, tasks: { min: 1, max: 10 }, runsPerTask: 50 },
  logDays: 30,
  alarms: { p99Ms: 2_000, queueAgeSeconds: 60, failedRuns: 20, apiErrors: 5 },
  migration: {
    id: 'staging-1',
    workers: 2,
    capacity: { write: 500, read: 1_000 },
    fence: { route: true },
    soakHours: 2,
    mapping: { default: 'same' },
  },
};
