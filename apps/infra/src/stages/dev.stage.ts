import type { Stage } from './stage.ts';

/** For developers: one of everything, and no older data. */
export const dev: Stage = {
  name: 'dev',
  tables: { tablePrefix: 'aace-', tenantTableSuffix: '-pk', legacy: false },
  network: { cidr: '10.20.0.0/16', zones: 2, natGateways: 1 },
  tokens: 'generatedSecret',
  api: { cpu: 512, memoryMiB: 1024, tasks: { min: 1, max: 2 }, rollout: 'rolling' },
  runner: { cpu: 512, memoryMiB: 1024, tasks: { min: 1, max: 4 }, runsPerTask: 20 },
  logDays: 7,
  alarms: { p99Ms: 3_000, queueAgeSeconds: 120, failedRuns: 20, apiErrors: 10 },
};
