import { z } from 'zod';
import { awsConfig, type AwsConfig } from './aws.config.ts';
import { commaList, count, duration, type Env, flag, httpUrl, parseEnv, port } from './env.ts';
import { outboundConfig, type OutboundConfig } from './outbound.config.ts';

/** Stands for this machine's own address in the network, which only the machine knows. */
export const ADDRESS = '{address}';

const schema = z
  .object({
    PORT: port.default(4000),
    HOST: z.string().default('0.0.0.0'),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    JWT_SECRET: z.string().min(8, 'must have at least 8 characters, better 32').optional(),
    JWT_JWKS_URL: httpUrl.optional(),
    JWT_ISSUER: z.string().optional(),
    JWT_AUDIENCE: z.string().optional(),
    JWT_CLAIM_ENDPOINT: z.string().default('endpoint_id'),
    JWT_CLAIM_PART: z.string().default('part_id'),
    JWT_CLAIM_PARTS: z.string().default('part_ids'),
    JWT_CLAIM_ROLE: z.string().default('role'),
    API_KEYS_FILE: z.string().optional(),
    API_KEYS: z.string().optional(),
    CORS_ORIGINS: commaList.default(['*']),
    PUSH_CALLBACK_URL: z
      .string()
      .refine(
        (value) => httpUrl.safeParse(value.replace(ADDRESS, 'x')).success,
        'must be an http(s) URL, {address} allowed',
      )
      .optional(),
    SOCKET_GATEWAY_URL: httpUrl.optional(),
    SOCKET_GATEWAY_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
    PUSH_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
    DEV_PAGE: flag.default(false),
    XML_CONVERT: flag.default(false),
    BODY_LIMIT: count.default(2 * 1024 * 1024),
    SOCKET_LIMIT: count.default(10_000),
    SOCKET_BUFFER_LIMIT: count.default(4 * 1024 * 1024),
    SOCKET_HEARTBEAT: duration.default(30_000),
    SOCKET_RUN_SILENCE: duration.default(150_000),
    SHUTDOWN_GRACE: duration.default(10_000),
  })
  .refine((vars) => !(vars.JWT_SECRET && vars.JWT_JWKS_URL), {
    path: ['JWT_SECRET'],
    message: 'set JWT_SECRET or JWT_JWKS_URL, not both',
  })
  .refine((vars) => !vars.SOCKET_GATEWAY_URL === !vars.SOCKET_GATEWAY_SECRET, {
    path: ['SOCKET_GATEWAY_SECRET'],
    message: 'and SOCKET_GATEWAY_URL must be set both or neither',
  })
  .refine((vars) => !(vars.API_KEYS && vars.API_KEYS_FILE), {
    path: ['API_KEYS'],
    message: 'set API_KEYS or API_KEYS_FILE, not both',
  })
  .refine((vars) => !vars.JWT_JWKS_URL || (vars.JWT_ISSUER && vars.JWT_AUDIENCE), {
    path: ['JWT_JWKS_URL'],
    message: 'needs JWT_ISSUER and JWT_AUDIENCE beside it',
  });

export interface JwtConfig {
  /** HS256. Exactly one of `secret` and `jwksUrl` when tokens are accepted at all. */
  secret?: string;
  jwksUrl?: string;
  issuer?: string;
  audience?: string;
  claims: { endpoint: string; part: string; parts: string; role: string };
}

export interface ApiConfig extends OutboundConfig {
  port: number;
  host: string;
  logLevel: string;
  jwt: JwtConfig;
  apiKeysFile?: string;
  /** The content of such a file, where secrets come as variables. */
  apiKeys?: string;
  corsOrigins: string[];
  /** How runners reach the sockets of this process: the base URL before `/@connections/{id}`, and the shared secret. */
  push: { callbackUrl?: string; secret?: string };
  /** Sockets that API Gateway holds: where frames are posted for them, and what it shows us with each event. */
  socketGateway?: { url: string; secret: string };
  /** Bytes of a request body, after inflation. */
  bodyLimit: number;
  sockets: {
    /** Open sockets this process accepts. */
    limit: number;
    /** Bytes that may wait for one slow client before its socket is closed. */
    bufferLimit: number;
    /** A socket that answers no ping within one such span is dead. */
    heartbeatMs: number;
    /** A question whose run has been silent for so long is given up, so that the socket takes the next one. */
    runSilenceMs: number;
  };
  devPage: boolean;
  /** Flow contexts arrive as JSON text and are stored as XML. */
  xmlConvert: boolean;
  shutdownGraceMs: number;
  aws: AwsConfig;
}

export function apiConfig(env: Env): ApiConfig {
  const vars = parseEnv(schema, env);
  return {
    port: vars.PORT,
    host: vars.HOST,
    logLevel: vars.LOG_LEVEL,
    jwt: {
      secret: vars.JWT_SECRET,
      jwksUrl: vars.JWT_JWKS_URL,
      issuer: vars.JWT_ISSUER,
      audience: vars.JWT_AUDIENCE,
      claims: {
        endpoint: vars.JWT_CLAIM_ENDPOINT,
        part: vars.JWT_CLAIM_PART,
        parts: vars.JWT_CLAIM_PARTS,
        role: vars.JWT_CLAIM_ROLE,
      },
    },
    apiKeysFile: vars.API_KEYS_FILE,
    apiKeys: vars.API_KEYS,
    corsOrigins: vars.CORS_ORIGINS,
    push: { callbackUrl: vars.PUSH_CALLBACK_URL, secret: vars.PUSH_SECRET },
    socketGateway:
      vars.SOCKET_GATEWAY_URL && vars.SOCKET_GATEWAY_SECRET
        ? { url: vars.SOCKET_GATEWAY_URL, secret: vars.SOCKET_GATEWAY_SECRET }
        : undefined,
    bodyLimit: vars.BODY_LIMIT,
    sockets: {
      limit: vars.SOCKET_LIMIT,
      bufferLimit: vars.SOCKET_BUFFER_LIMIT,
      heartbeatMs: vars.SOCKET_HEARTBEAT,
      runSilenceMs: vars.SOCKET_RUN_SILENCE,
    },
    devPage: vars.DEV_PAGE,
    xmlConvert: vars.XML_CONVERT,
    shutdownGraceMs: vars.SHUTDOWN_GRACE,
    ...outboundConfig(env),
    aws: awsConfig(env),
  };
}
