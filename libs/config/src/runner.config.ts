import { z } from 'zod';
import { awsConfig, type AwsConfig } from './aws.config.ts';
import { commaList, duration, type Env, parseEnv, port } from './env.ts';
import { outboundConfig, type OutboundConfig } from './outbound.config.ts';

const ENV_REFERENCE = 'env:';

/** Where agents' settings may say their secrets are. Variables have no tenants: these are for all of them. */
const SECRET_REFERENCES = [
  `${ENV_REFERENCE}AGENT_SECRET_`,
  'ssm:/agent-engine/{endpoint_id}/{part_id}/',
  'secretsmanager:agent-engine/{endpoint_id}/{part_id}/',
];

const schema = z.object({
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HEALTH_PORT: port.optional(),
  HOST: z.string().default('0.0.0.0'),
  PUSH_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
  RUN_DEADLINE: duration.default(120_000),
  STEP_TIMEOUT: duration.optional(),
  FIRST_TOKEN_TIMEOUT: duration.optional(),
  TOOL_TIMEOUT: duration.default(60_000),
  MAX_TOOL_ROUNDS: z.coerce.number().int().min(1).max(64).default(8),
  RUNNER_CONCURRENCY: z.coerce.number().int().min(1).max(1000).default(50),
  SECRET_REFERENCES: commaList
    .refine(
      (prefixes) => prefixes.every((prefix) => /^(env|ssm|secretsmanager):./.test(prefix)),
      'must list prefixes such as env:…, ssm:/…, secretsmanager:…',
    )
    .default(SECRET_REFERENCES),
  VISIBILITY_TIMEOUT: duration.default(12_000),
  SHUTDOWN_GRACE: duration.default(25_000),
});

export interface RunnerConfig extends OutboundConfig {
  logLevel: string;
  /** Health and metrics are served here when set. */
  healthPort?: number;
  host: string;
  pushSecret?: string;
  runDeadlineMs: number;
  /** Of one step of the model, and until its first sign of life; absent: as long as the run may take. */
  stepTimeoutMs?: number;
  firstTokenTimeoutMs?: number;
  toolTimeoutMs: number;
  maxToolRounds: number;
  concurrency: number;
  visibilityTimeoutMs: number;
  shutdownGraceMs: number;
  secrets: {
    /** What references to secrets may begin with; `{endpoint_id}` and `{part_id}` stand for the partition's. */
    allowed: string[];
    /** The variables that references may name. */
    variables: Record<string, string>;
  };
  aws: AwsConfig;
}

export function runnerConfig(env: Env): RunnerConfig {
  const vars = parseEnv(schema, env);
  return {
    logLevel: vars.LOG_LEVEL,
    healthPort: vars.HEALTH_PORT,
    host: vars.HOST,
    ...outboundConfig(env),
    pushSecret: vars.PUSH_SECRET,
    runDeadlineMs: vars.RUN_DEADLINE,
    stepTimeoutMs: vars.STEP_TIMEOUT,
    firstTokenTimeoutMs: vars.FIRST_TOKEN_TIMEOUT,
    toolTimeoutMs: vars.TOOL_TIMEOUT,
    maxToolRounds: vars.MAX_TOOL_ROUNDS,
    concurrency: vars.RUNNER_CONCURRENCY,
    visibilityTimeoutMs: vars.VISIBILITY_TIMEOUT,
    shutdownGraceMs: vars.SHUTDOWN_GRACE,
    secrets: { allowed: vars.SECRET_REFERENCES, variables: nameable(env, vars.SECRET_REFERENCES) },
    aws: awsConfig(env),
  };
}

function nameable(env: Env, allowed: readonly string[]): Record<string, string> {
  const prefixes = allowed.filter((prefix) => prefix.startsWith(ENV_REFERENCE));
  const isNameable = (name: string) =>
    prefixes.some((prefix) => `${ENV_REFERENCE}${name}`.startsWith(prefix));
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => isNameable(entry[0]) && Boolean(entry[1]),
    ),
  );
}
