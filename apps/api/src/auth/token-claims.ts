import type { JwtConfig } from '@agent-engine/config';
import { z } from 'zod';
import type { Credential } from './credential.ts';

// Made once: a schema costs more to make than to use, and every request uses these.
const endpointClaim = z.union([z.string(), z.array(z.string())]).optional();
const textClaim = z.string().optional();
const partsClaim = z.union([z.literal('*'), z.array(z.string())]).optional();
const payload = z.looseObject({ exp: z.number(), sub: z.string().optional() });

/**
 * Reads the claims of a token whose signature and times have been verified.
 * @returns undefined for a token that never expires or whose claims have another form than ours
 */
export function credentialOf(claims: unknown, names: JwtConfig['claims']): Credential | undefined {
  const token = payload.safeParse(claims);
  if (!token.success) return undefined;
  const { exp, sub } = token.data;
  const endpoint = endpointClaim.safeParse(token.data[names.endpoint]);
  const part = textClaim.safeParse(token.data[names.part]);
  const parts = partsClaim.safeParse(token.data[names.parts]);
  const role = textClaim.safeParse(token.data[names.role]);
  if (!endpoint.success || !part.success || !parts.success || !role.success) return undefined;
  return {
    subject: sub,
    endpointIds: [endpoint.data ?? []].flat(),
    partIds: parts.data === '*' ? '*' : union(part.data, parts.data),
    role: role.data,
    expiresAt: exp * 1000,
  };
}

const union = (one: string | undefined, more: string[] = []) => [
  ...new Set(one === undefined ? more : [one, ...more]),
];
