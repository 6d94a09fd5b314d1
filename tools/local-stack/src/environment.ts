import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DEVELOPMENT, type Env, type LocalStackConfig } from '@agent-engine/config';
import { localCredentials } from './credentials.ts';
import type { Infrastructure } from './infrastructure.ts';
import type { Servers } from './stand-ins.ts';

const API_KEYS_FILE = fileURLToPath(new URL('../api-keys.json', import.meta.url));

export interface EnvironmentParts {
  /** What the person set; wins over what is only a suggestion of ours. */
  given: Env;
  config: LocalStackConfig;
  servers: Servers;
  infrastructure: Infrastructure;
  port: number;
}

/** The variables API and runner run with. */
export function environment(parts: EnvironmentParts): NodeJS.ProcessEnv {
  const { given, config, servers, infrastructure, port } = parts;
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  const credentials = localCredentials(config, servers);
  return {
    LOG_LEVEL: 'warn',
    SHUTDOWN_GRACE: '3s',
    DEV_PAGE: 'true',
    API_KEYS_FILE,
    PUSH_SECRET: randomBytes(24).toString('base64url'),
    ...(set.JWT_JWKS_URL ? {} : { JWT_SECRET: DEVELOPMENT.jwtSecret }),
    ...set,
    PORT: String(port),
    HOST: '127.0.0.1',
    AWS_REGION: infrastructure.aws.region,
    DYNAMODB_ENDPOINT: servers.dynamodb,
    SQS_ENDPOINT: servers.sqs,
    TASK_QUEUE_URL: infrastructure.queueUrl,
    S3_ENDPOINT: servers.s3,
    S3_BUCKET: infrastructure.bucket,
    EGRESS_ALLOW: [set.EGRESS_ALLOW, new URL(servers.mcp).host].filter(Boolean).join(','),
    ...(servers.openai && { OPENAI_BASE_URL: servers.openai, OPENAI_API_KEY: 'local-stack' }),
    ...(servers.anthropic && { ANTHROPIC_BASE_URL: servers.anthropic, ANTHROPIC_API_KEY: 'local-stack' }),
    ...(servers.bedrock && { BEDROCK_BASE_URL: servers.bedrock, AWS_BEARER_TOKEN_BEDROCK: 'local-stack' }),
    ...(servers.google && { GOOGLE_BASE_URL: servers.google, GOOGLE_API_KEY: 'local-stack' }),
    ...(servers.ollama && {
      OLLAMA_BASE_URL: servers.ollama,
      OLLAMA_API_KEY: 'local-stack',
      OLLAMA_WEB_URL: servers.ollama,
    }),
    ...(credentials && {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      // Both would win over the pair above.
      AWS_PROFILE: undefined,
      AWS_SESSION_TOKEN: undefined,
    }),
  };
}
