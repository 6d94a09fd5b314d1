import { z } from 'zod';
import { commaList, type Env, httpUrl, parseEnv } from './env.ts';

const ENDPOINT = '{endpoint_id}';

const schema = z.object({
  OPENAI_BASE_URL: httpUrl.optional(),
  OPENAI_API_KEY: z.string().optional(),
  EGRESS_ALLOW: commaList.default([]),
  INTERNAL_MCP_URL: z
    .string()
    .refine(
      (value) => httpUrl.safeParse(value.replaceAll(ENDPOINT, 'x')).success,
      `must be an http(s) URL, ${ENDPOINT} allowed`,
    )
    .optional(),
  INTERNAL_MCP_TOKEN: z.string().optional(),
});

/** What API and runner call besides AWS. */
export interface OutboundConfig {
  /** The operator's account, for agents that bring none. */
  openai: { baseUrl?: string; apiKey?: string };
  /** Hosts and networks that tenants' URLs may name although they are not public. */
  egressAllow: string[];
  /** The tool server every agent has. `{endpoint_id}` in the URL is replaced per call. */
  internalMcp?: { url: string; token?: string };
}

export function outboundConfig(env: Env): OutboundConfig {
  const vars = parseEnv(schema, env);
  return {
    openai: { baseUrl: vars.OPENAI_BASE_URL, apiKey: vars.OPENAI_API_KEY },
    egressAllow: vars.EGRESS_ALLOW,
    internalMcp: vars.INTERNAL_MCP_URL
      ? { url: vars.INTERNAL_MCP_URL, token: vars.INTERNAL_MCP_TOKEN }
      : undefined,
  };
}
