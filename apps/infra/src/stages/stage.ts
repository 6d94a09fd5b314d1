import type { TableNaming } from '@agent-engine/entities';

/** How a stage differs from the others. What differs by who deploys is a variable (`deploymentConfig`). */
export interface Stage {
  readonly name: string;
  /**
   * `legacy`: the nine tenant tables of before partitions are there too, under their names without suffix. Names
   * are final once deployed: a renamed table is another table.
   */
  readonly tables: TableNaming & { readonly legacy: boolean };
  readonly network: { readonly cidr: string; readonly zones: number; readonly natGateways: number };
  /** Who signs tokens: an issuer with published keys, or a secret that is generated and stays in the stage. */
  readonly tokens: 'issuer' | 'generatedSecret';
  readonly api: Size & { readonly rollout: 'rolling' | Canary };
  /** `runsPerTask`: questions one task answers at a time. */
  readonly runner: Size & { readonly runsPerTask: number };
  readonly logDays: 7 | 30 | 90;
  readonly alarms: {
    /** Milliseconds that 99 of 100 requests stay below. */
    readonly p99Ms: number;
    /** Seconds that a question may wait for a runner. */
    readonly queueAgeSeconds: number;
    /** Within five minutes. */
    readonly failedRuns: number;
    readonly apiErrors: number;
  };
  /** Data of before partitions moves. Absent: there is none, or all of it has moved. */
  readonly migration?: Migration;
}

/** CPU in units of 1/1024 vCPU. */
export interface Size {
  readonly cpu: 256 | 512 | 1024 | 2048 | 4096;
  readonly memoryMiB: number;
  readonly tasks: { readonly min: number; readonly max: number };
}

/** So many percent of the requests go to the new version first, for so long; alarms in that time undo it. */
export interface Canary {
  readonly percent: number;
  readonly minutes: number;
}

export interface Migration {
  /** Owns the items of the control table; API and runner follow it. */
  readonly id: string;
  readonly workers: number;
  /** Units per second over all workers, to begin with. */
  readonly capacity: { readonly write: number; readonly read: number };
  /**
   * How writers of the old tables are stopped for the cutover: Lambda functions of the older engine, by name, or
   * only our own API and runner, which follow the migration anyway.
   */
  readonly fence: { readonly lambdaConcurrency: readonly string[] } | { readonly route: true };
  /** How long the new tables are in use, with the way back open, before the old ones are let go. */
  readonly soakHours: number;
  readonly mapping: {
    readonly default: 'same' | 'refuse';
    readonly partitions?: Readonly<Record<string, { endpoint_id: string; part_id: string }>>;
  };
}
