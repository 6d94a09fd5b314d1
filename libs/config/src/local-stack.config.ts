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
  ANTHROPIC_BASE_URL: httpUrl.optional(),
  ANTHROPIC_API_KEY: z.string().optional(),
  BEDROCK_BASE_URL: httpUrl.optional(),
  AWS_BEARER_TOKEN_BEDROCK: z.string().optional(),
  GOOGLE_BASE_URL: httpUrl.optional(),
  GOOGLE_API_KEY: z.string().optional(),
  GEMINI_API_KEY: z.string().optional(),
  GOOGLE_VERTEX_PROJECT: z.string().optional(),
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
  hasProvider: Record<'openai' | 'anthropic' | 'bedrock' | 'google' | 'ollama', boolean>;
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
      anthropic: Boolean(vars.ANTHROPIC_BASE_URL ?? vars.ANTHROPIC_API_KEY),
      bedrock: Boolean(vars.BEDROCK_BASE_URL ?? vars.AWS_BEARER_TOKEN_BEDROCK ?? vars.AWS_ACCESS_KEY_ID),
      google: Boolean(
        vars.GOOGLE_BASE_URL ?? vars.GOOGLE_API_KEY ?? vars.GEMINI_API_KEY ?? vars.GOOGLE_VERTEX_PROJECT,
      ),
      ollama: Boolean(vars.OLLAMA_BASE_URL ?? vars.OLLAMA_API_KEY),
    },
    hasAwsKey: Boolean(vars.AWS_ACCESS_KEY_ID),
    workingDirectory: vars.INIT_CWD,
    startedByNpm: Boolean(vars.npm_lifecycle_event),
  };
}
