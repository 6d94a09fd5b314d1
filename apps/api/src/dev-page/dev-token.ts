import type { JwtConfig } from '@agent-engine/config';
import jwt from 'jsonwebtoken';

/** Long enough to read an answer in peace, short enough to be worthless in a shell history. */
export const DEV_TOKEN_SECONDS = 15 * 60;

/** Signs a token for one part of the development endpoint. */
export type DevTokenSigner = (partId: string) => string;

/**
 * Signs as `npm run token` does. Undefined when tokens come from an issuer (JWKS) or are not accepted at all:
 * the page then asks for one.
 */
export function devTokenSigner(config: JwtConfig, endpointId = 'gpt'): DevTokenSigner | undefined {
  const { secret, claims, issuer, audience } = config;
  if (!secret) return undefined;
  return (partId) =>
    jwt.sign({ [claims.endpoint]: endpointId, [claims.part]: partId }, secret, {
      algorithm: 'HS256',
      expiresIn: DEV_TOKEN_SECONDS,
      subject: 'dev-page',
      ...(issuer && { issuer }),
      ...(audience && { audience }),
    });
}
