import { z } from 'zod';
import { awsConfig, type AwsConfig } from './aws.config.ts';
import { type Env, httpUrl, parseEnv, port } from './env.ts';

/**
 * What the local stack and the newcomer's commands agree on when nothing else is said. No secrets: they open a stack
 * that listens on loopback only, and nothing else uses them.
 */
export const DEVELOPMENT = {
  jwtSecret: 'a development secret that opens the local stack only',
  apiKey: 'local-dev-key',
  endpointId: 'gpt',
  partIds: ['acme', 'globex'],
} as const;

const schema = z.object({
  PORT: port.default(4000),
  OPENAI_BASE_URL: httpUrl.optional(),
  OPENAI_API_KEY: z.string().optional(),
  OLLAMA_BASE_URL: httpUrl.optional(),
  OLLAMA_API_KEY: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  INIT_CWD: z.string().optional(),
  npm_lifecycle_event: z.string().optional(),
});

export interface LocalStackConfig {
  /** 0 for any free port. */
  port: number;
  /** Servers named here are used; those that are not are started. */
  aws: AwsConfig;
  /** Model providers the environment names, by a key or a server. */
  hasProvider: Record<'openai' | 'ollama', boolean>;
  hasAwsKey: boolean;
  /** Where the command was typed: npm runs scripts in the workspace root. */
  workingDirectory?: string;
  startedByNpm: boolean;
}

export function localStackConfig(env: Env): LocalStackConfig {
  const vars = parseEnv(schema, env);
  return {
    port: vars.PORT,
    aws: awsConfig(env),
    hasProvider: {
      openai: Boolean(vars.OPENAI_BASE_URL ?? vars.OPENAI_API_KEY),
      ollama: Boolean(vars.OLLAMA_BASE_URL ?? vars.OLLAMA_API_KEY),
    },
    hasAwsKey: Boolean(vars.AWS_ACCESS_KEY_ID),
    workingDirectory: vars.INIT_CWD,
    startedByNpm: Boolean(vars.npm_lifecycle_event),
  };
}
