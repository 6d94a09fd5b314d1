import { DEVELOPMENT } from '@agent-engine/config';
import jwt from 'jsonwebtoken';
import { signToken } from './sign-token.ts';

const wish = { endpointId: 'gpt', partId: 'acme', user: 'kim', lifetimeSeconds: 60 };
const claimsOf = (token: string, secret: string) =>
  jwt.verify(token, secret, { algorithms: ['HS256'] }) as jwt.JwtPayload;

describe('signToken', () => {
  it('signs for the local stack when no secret is set', () => {
    const { iat = 0, exp = 0, ...claims } = claimsOf(signToken(wish, {}), DEVELOPMENT.jwtSecret);
    expect(claims).toEqual({ endpoint_id: 'gpt', part_id: 'acme', sub: 'kim' });
    expect(exp - iat).toBe(60);
  });

  it('follows the secret, the claim names, the issuer and the audience of the API', () => {
    const env = {
      JWT_SECRET: 'a secret of some other API',
      JWT_CLAIM_ENDPOINT: 'custom:endpoint',
      JWT_ISSUER: 'https://issuer',
      JWT_AUDIENCE: 'engine',
    };
    const token = signToken({ ...wish, role: 'admin' }, env);
    expect(claimsOf(token, env.JWT_SECRET)).toMatchObject({
      'custom:endpoint': 'gpt',
      role: 'admin',
      iss: 'https://issuer',
      aud: 'engine',
    });
  });

  it('names several parts, or all of them', () => {
    const partsOf = (partIds: string[]) =>
      claimsOf(signToken({ ...wish, partId: undefined, partIds }, {}), DEVELOPMENT.jwtSecret).part_ids;
    expect(partsOf(['acme', 'globex'])).toEqual(['acme', 'globex']);
    expect(partsOf(['*'])).toBe('*');
  });

  it('says that it cannot sign for an issuer', () => {
    const env = { JWT_JWKS_URL: 'https://issuer/jwks', JWT_ISSUER: 'https://issuer', JWT_AUDIENCE: 'engine' };
    expect(() => signToken(wish, env)).toThrow(/JWT_JWKS_URL/);
  });
});
