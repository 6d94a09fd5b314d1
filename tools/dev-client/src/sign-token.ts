import { apiConfig, ConfigurationError, DEVELOPMENT, type Env } from '@agent-engine/config';
import jwt from 'jsonwebtoken';

export interface TokenWish {
  endpointId: string;
  /** One part, or the list of parts the token may choose from; `['*']` for all. */
  partId?: string;
  partIds?: readonly string[];
  role?: string;
  user: string;
  lifetimeSeconds: number;
}

/**
 * A token as the API that runs with this environment accepts it.
 * @throws ConfigurationError when that API takes tokens of an issuer, which only the issuer can sign
 */
export function signToken(wish: TokenWish, env: Env): string {
  const { secret = DEVELOPMENT.jwtSecret, claims, jwksUrl, issuer, audience } = apiConfig(env).jwt;
  if (jwksUrl) throw new ConfigurationError(['JWT_JWKS_URL: tokens come from its issuer, not from here']);
  const { partId, partIds, role } = wish;
  return jwt.sign(
    {
      [claims.endpoint]: wish.endpointId,
      ...(partId !== undefined && { [claims.part]: partId }),
      ...(partIds && { [claims.parts]: partIds.includes('*') ? '*' : partIds }),
      ...(role !== undefined && { [claims.role]: role }),
    },
    secret,
    {
      algorithm: 'HS256',
      subject: wish.user,
      expiresIn: wish.lifetimeSeconds,
      ...(issuer && { issuer }),
      ...(audience && { audience }),
    },
  );
}
