import { apiConfig } from './api.config.ts';
import { runnerConfig } from './runner.config.ts';

describe('configuration', () => {
  it('has a working default for everything', () => {
    expect(apiConfig({})).toMatchObject({
      port: 4000,
      aws: { dynamodb: { tablePrefix: 'aace-', tenantTableSuffix: '' } },
    });
    expect(runnerConfig({})).toMatchObject({ runDeadlineMs: 120_000, egressAllow: [] });
  });

  it('names every bad variable and never shows its value', () => {
    const load = () => apiConfig({ PORT: 'high', JWT_SECRET: 'hunter2', DYNAMODB_ENDPOINT: 'ftp://x' });
    expect(load).toThrow(/PORT: /);
    expect(load).toThrow(/JWT_SECRET: must have at least 16/);
    expect(() => apiConfig({ DYNAMODB_ENDPOINT: 'ftp://x' })).toThrow(
      /DYNAMODB_ENDPOINT: must be an http\(s\) URL/,
    );
    expect(load).not.toThrow(/hunter2/);
  });

  it('treats an empty variable as absent', () => {
    expect(apiConfig({ PORT: '', JWT_SECRET: '' })).toMatchObject({ port: 4000, jwt: { secret: undefined } });
  });

  it('refuses two ways to verify tokens, and a key set without issuer and audience', () => {
    expect(() => apiConfig({ JWT_SECRET: 'x'.repeat(16), JWT_JWKS_URL: 'https://i/jwks' })).toThrow(
      /not both/,
    );
    expect(() => apiConfig({ JWT_JWKS_URL: 'https://i/jwks' })).toThrow(/needs JWT_ISSUER and JWT_AUDIENCE/);
  });

  it('reads time spans and lists', () => {
    expect(runnerConfig({ RUN_DEADLINE: '2m', EGRESS_ALLOW: '127.0.0.1, mcp.internal:8080' })).toMatchObject({
      runDeadlineMs: 120_000,
      egressAllow: ['127.0.0.1', 'mcp.internal:8080'],
    });
  });
});
