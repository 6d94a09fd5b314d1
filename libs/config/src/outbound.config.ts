import { z } from 'zod';
import { commaList, type Env, httpUrl, parseEnv } from './env.ts';

const ENDPOINT = '{endpoint_id}';

const schema = z.object({
  OPENAI_BASE_URL: httpUrl.optional(),
  OPENAI_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: httpUrl.optional(),
  ANTHROPIC_API_KEY: z.string().optional(),
  BEDROCK_BASE_URL: httpUrl.optional(),
  BEDROCK_REGION: z.string().optional(),
  AWS_REGION: z.string().optional(),
  AWS_BEARER_TOKEN_BEDROCK: z.string().optional(),
  GOOGLE_BASE_URL: httpUrl.optional(),
  GOOGLE_API_KEY: z.string().optional(),
  GEMINI_API_KEY: z.string().optional(),
  GOOGLE_VERTEX_PROJECT: z.string().optional(),
  GOOGLE_VERTEX_LOCATION: z.string().optional(),
  OLLAMA_BASE_URL: httpUrl.optional(),
  OLLAMA_API_KEY: z.string().optional(),
  OLLAMA_WEB_URL: httpUrl.optional(),
  AGENT_HANDLERS: commaList.default([]),
  EGRESS_ALLOW: commaList.default([]),
  SHARED_PROVIDER_OBJECTS: commaList.default(['*']),
  INTERNAL_MCP_URL: z
    .string()
    .refine(
      (value) => httpUrl.safeParse(value.replaceAll(ENDPOINT, 'x')).success,
      `must be an http(s) URL, ${ENDPOINT} allowed`,
    )
    .optional(),
  INTERNAL_MCP_TOKEN: z.string().optional(),
});

/** The operator's account at a provider, for agents that bring none. The URL with or without a version in its path. */
export interface ProviderConfig {
  baseUrl?: string;
  apiKey?: string;
}

/** What API and runner call besides AWS. */
export interface OutboundConfig {
  providers: Record<'openai' | 'anthropic', ProviderConfig> & {
    /** Without a key of its own: the usual AWS credentials. */
    bedrock: ProviderConfig & { region?: string };
    /** `vertex`: agents without an account run there, as the usual Google credentials. */
    google: ProviderConfig & { vertex?: { project: string; location?: string } };
    /** `webUrl`: where its web tools are, if not at ollama.com. */
    ollama: ProviderConfig & { webUrl?: string };
  };
  /** Packages with handlers of the operator's own, imported at boot. */
  agentHandlers: string[];
  /** Hosts and networks that tenants' URLs may name although they are not public. */
  egressAllow: string[];
  /** Ids of things in the operator's accounts at providers that agents of all tenants may name; `*`: all but files and skills. */
  sharedProviderObjects: string[];
  /** The tool server every agent has. `{endpoint_id}` in the URL is replaced per call. */
  internalMcp?: { url: string; token?: string };
}

export function outboundConfig(env: Env): OutboundConfig {
  const vars = parseEnv(schema, env);
  return {
    providers: {
      openai: { baseUrl: vars.OPENAI_BASE_URL, apiKey: vars.OPENAI_API_KEY },
      anthropic: { baseUrl: vars.ANTHROPIC_BASE_URL, apiKey: vars.ANTHROPIC_API_KEY },
      bedrock: {
        baseUrl: vars.BEDROCK_BASE_URL,
        apiKey: vars.AWS_BEARER_TOKEN_BEDROCK,
        region: vars.BEDROCK_REGION ?? vars.AWS_REGION,
      },
      google: {
        baseUrl: vars.GOOGLE_BASE_URL,
        apiKey: vars.GOOGLE_API_KEY ?? vars.GEMINI_API_KEY,
        vertex: vars.GOOGLE_VERTEX_PROJECT
          ? { project: vars.GOOGLE_VERTEX_PROJECT, location: vars.GOOGLE_VERTEX_LOCATION }
          : undefined,
      },
      ollama: {
        baseUrl: vars.OLLAMA_BASE_URL,
        apiKey: vars.OLLAMA_API_KEY,
        webUrl: vars.OLLAMA_WEB_URL,
      },
    },
    agentHandlers: vars.AGENT_HANDLERS,
    egressAllow: vars.EGRESS_ALLOW,
    sharedProviderObjects: vars.SHARED_PROVIDER_OBJECTS,
    internalMcp: vars.INTERNAL_MCP_URL
      ? { url: vars.INTERNAL_MCP_URL, token: vars.INTERNAL_MCP_TOKEN }
      : undefined,
  };
}
