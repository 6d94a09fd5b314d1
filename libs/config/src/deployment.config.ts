import { z } from 'zod';
import { commaList, type Env, httpUrl, parseEnv } from './env.ts';

const domain = z
  .string()
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'must be a domain name in lower case');

const schema = z.object({
  AWS_ACCOUNT_ID: z.string().regex(/^\d{12}$/, 'must be the 12 digits of an AWS account'),
  AWS_REGION: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as us-east-1'),
  AVAILABILITY_ZONES: commaList.optional(),
  IMAGE_TAG: z
    .string()
    .regex(/^[\w][\w.-]{0,127}$/, 'must be an image tag such as the commit the images were built from')
    .refine((tag) => tag !== 'latest', 'must name one build: "latest" is another one tomorrow'),
  API_DOMAIN: domain,
  HOSTED_ZONE_ID: z.string().regex(/^Z[A-Z0-9]+$/, 'must be the id of a Route 53 hosted zone'),
  HOSTED_ZONE_NAME: domain,
  ALARM_EMAIL: z.email('must be an e-mail address'),
  JWT_JWKS_URL: httpUrl.optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  CORS_ORIGINS: commaList.default(['*']),
  EGRESS_ALLOW: z.string().optional(),
  SHARED_PROVIDER_OBJECTS: z.string().optional(),
  INTERNAL_MCP_URL: z.string().optional(),
});

/** What a deployment is told from outside: all that is not the same for everybody who deploys this repository. */
export interface DeploymentConfig {
  account: string;
  region: string;
  /** Absent: the first ones of the region. */
  zones?: string[];
  imageTag: string;
  /** Where clients find the API; a name in the hosted zone. */
  apiDomain: string;
  hostedZone: { id: string; name: string };
  alarmEmail: string;
  /** Whoever signs the tokens. Absent where a stage signs its own. */
  issuer?: { jwksUrl: string; issuer: string; audience: string };
  corsOrigins: string[];
  egressAllow?: string;
  sharedProviderObjects?: string;
  internalMcpUrl?: string;
}

/** @throws ConfigurationError naming every variable that is missing or wrong */
export function deploymentConfig(env: Env, { issuer }: { issuer: boolean }): DeploymentConfig {
  const needed = issuer
    ? schema.required({ JWT_JWKS_URL: true, JWT_ISSUER: true, JWT_AUDIENCE: true })
    : schema;
  const vars = parseEnv(needed, env);
  const { JWT_JWKS_URL: jwksUrl, JWT_ISSUER, JWT_AUDIENCE } = vars;
  return {
    account: vars.AWS_ACCOUNT_ID,
    region: vars.AWS_REGION,
    zones: vars.AVAILABILITY_ZONES,
    imageTag: vars.IMAGE_TAG,
    apiDomain: vars.API_DOMAIN,
    hostedZone: { id: vars.HOSTED_ZONE_ID, name: vars.HOSTED_ZONE_NAME },
    alarmEmail: vars.ALARM_EMAIL,
    issuer:
      issuer && jwksUrl && JWT_ISSUER && JWT_AUDIENCE
        ? { jwksUrl, issuer: JWT_ISSUER, audience: JWT_AUDIENCE }
        : undefined,
    corsOrigins: vars.CORS_ORIGINS,
    egressAllow: vars.EGRESS_ALLOW,
    sharedProviderObjects: vars.SHARED_PROVIDER_OBJECTS,
    internalMcpUrl: vars.INTERNAL_MCP_URL,
  };
}
