import type { IncomingMessage } from 'node:http';
import type { JwtConfig } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import type { RequestHandler } from 'express';
import jwksRsa from 'jwks-rsa';
import passport from 'passport';
import {
  ExtractJwt,
  type JwtFromRequestFunction,
  Strategy,
  type StrategyOptionsWithoutRequest,
} from 'passport-jwt';
import type { Credential } from './credential.ts';
import { credentialOf } from './token-claims.ts';

/** Where a token may stand: browsers cannot set headers on a socket, everybody else must. */
const EXTRACTORS = {
  header: ExtractJwt.fromAuthHeaderAsBearerToken(),
  query: (request: IncomingMessage) =>
    new URLSearchParams(request.url?.split('?')[1] ?? '').get('token') || null,
};
type TokenPlace = keyof typeof EXTRACTORS;

/** Tokens by passport-jwt: a shared secret or the published keys of one issuer, algorithms pinned to the kind of key. */
export class TokenVerifier {
  private readonly passport = new passport.Passport();
  private readonly enabled: boolean;

  constructor(jwt: JwtConfig) {
    this.enabled = Boolean(jwt.secret || jwt.jwksUrl);
    if (!this.enabled) return;
    for (const [place, jwtFromRequest] of Object.entries(EXTRACTORS)) {
      const strategy = new Strategy(strategyOptions(jwt, jwtFromRequest), (claims: unknown, done) =>
        done(null, credentialOf(claims, jwt.claims) ?? false),
      );
      this.passport.use(place, strategy);
    }
  }

  /** @throws AppError `auth.required`, `auth.invalid`, `auth.expired`, `auth.unavailable` */
  async verify(request: IncomingMessage, place: TokenPlace): Promise<Credential> {
    if (!EXTRACTORS[place](request)) {
      throw new AppError('auth.required', 'A bearer token is required.');
    }
    if (!this.enabled) throw new AppError('auth.invalid', 'Tokens are not accepted here.');
    return new Promise((resolve, reject) => {
      const done = (error: unknown, credential: Credential | false | undefined, info: unknown) =>
        credential ? resolve(credential) : reject(refusal(error ?? info));
      const handler = this.passport.authenticate(place, { session: false }, done) as TokenHandler;
      void handler(request, undefined, reject);
    });
  }
}

/** Passport with a callback touches neither the response nor anything else that a socket handshake lacks. */
type TokenHandler = (
  request: IncomingMessage,
  response: undefined,
  next: Parameters<RequestHandler>[2],
) => unknown;

function strategyOptions(
  { secret, jwksUrl, issuer, audience }: JwtConfig,
  jwtFromRequest: JwtFromRequestFunction,
): StrategyOptionsWithoutRequest {
  const common = { issuer, audience, jwtFromRequest };
  if (jwksUrl === undefined) return { ...common, secretOrKey: secret ?? '', algorithms: ['HS256'] };
  const secretOrKeyProvider = jwksRsa.passportJwtSecret({
    jwksUri: jwksUrl,
    cache: true,
    rateLimit: true,
    jwksRequestsPerMinute: 10,
    timeout: 5_000,
  });
  return { ...common, secretOrKeyProvider, algorithms: ['RS256', 'ES256'] };
}

const TOKEN_FAULTS = new Set(['JsonWebTokenError', 'NotBeforeError']);

function refusal(reason: unknown): AppError {
  const { name } = (reason ?? {}) as { name?: string };
  if (name === 'TokenExpiredError') {
    return new AppError('auth.expired', 'The token has expired.');
  }
  // Without a reason our own reading of the claims refused it.
  if (name === undefined || TOKEN_FAULTS.has(name)) {
    return new AppError('auth.invalid', 'The token is not valid.', { cause: reason });
  }
  return new AppError('auth.unavailable', 'The keys of the token issuer cannot be read now. Try again.', {
    cause: reason,
  });
}
