import { z } from 'zod';

/** A variable is set, empty or absent; empty counts as absent, as shells and container platforms mean it. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Bad configuration. The process cannot start; the message names each variable and what it expects. */
export class ConfigurationError extends Error {
  constructor(problems: readonly string[]) {
    super(`Configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** The environment of this process: the only place in the workspace that reads it. */
export const processEnv = (): Env => process.env;

/**
 * Parses variables once, at boot.
 * @throws ConfigurationError naming every bad variable, never its value (it may be a secret)
 */
export function parseEnv<S extends z.ZodType>(schema: S, env: Env): z.output<S> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`),
  );
}

export const port = z.coerce.number().int().min(0).max(65535);
/** How many of something, at least one. */
export const count = z.coerce.number().int().min(1);
export const httpUrl = z
  .string()
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    'must be an http(s) URL',
  );
export const commaList = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
export const flag = z
  .enum(['true', 'false', '1', '0'])
  .transform((value) => value === 'true' || value === '1');
/** A time span in milliseconds, written as `500ms`, `30s`, `5m`, `1h` or a bare number of milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h)?$/, 'must be a time span such as 500ms, 30s, 5m or 1h')
  .transform((value) => {
    const [, amount, unit = 'ms'] = /^(\d+)(ms|s|m|h)?$/.exec(value) ?? [];
    return Number(amount) * { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit as 'ms' | 's' | 'm' | 'h'];
  });
