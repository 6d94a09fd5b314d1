import { apiConfig } from './api.config.ts';
import { runnerConfig } from './runner.config.ts';

describe('configuration', () => {
  it('has a working default for everything', () => {
    expect(apiConfig({})).toMatchObject({
      port: 4000,
      xmlConvert: false,
      aws: { dynamodb: { tablePrefix: 'aace-', tenantTableSuffix: '' } },
    });
    expect(runnerConfig({})).toMatchObject({ runDeadlineMs: 120_000, egressAllow: [] });
  });

  it('names every bad variable and never shows its value', () => {
    const load = () => apiConfig({ PORT: 'high', JWT_SECRET: 'hunter2', DYNAMODB_ENDPOINT: 'ftp://x' });
    expect(load).toThrow(/PORT: /);
    expect(load).toThrow(/JWT_SECRET: must have at least 8/);
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

  it('keeps tenants apart in the bucket unless told to share it', () => {
    const prefix = (S3_KEY_PREFIX?: string) => apiConfig({ S3_KEY_PREFIX }).aws.s3.keyPrefix;
    expect(prefix()).toBe('{endpoint_id}/{part_id}/');
    expect(prefix('files/{part_id}/{endpoint_id}/')).toBe('files/{part_id}/{endpoint_id}/');
    expect(prefix('')).toBe('');
    for (const mixed of ['{endpoint_id}-{part_id}/', '{endpoint_id}/{part_id}', '{endpoint_id}/', 'all/']) {
      expect(() => prefix(mixed)).toThrow(/S3_KEY_PREFIX: /);
    }
  });

  it('knows of a migration only when it is named', () => {
    expect(apiConfig({ MIGRATION_FENCE_WAIT: '3s' }).aws.migration).toBeUndefined();
    expect(runnerConfig({ MIGRATION_ID: 'prod-1', MIGRATION_FENCE_WAIT: '3s' }).aws.migration).toEqual({
      id: 'prod-1',
      fenceWaitMs: 3_000,
    });
  });

  it('gives API and runner the same rules for outbound calls', () => {
    const env = {
      EGRESS_ALLOW: '10.1.0.0/16',
      INTERNAL_MCP_URL: 'http://mcp/{endpoint_id}',
      INTERNAL_MCP_TOKEN: 't',
    };
    const expected = {
      egressAllow: ['10.1.0.0/16'],
      internalMcp: { url: 'http://mcp/{endpoint_id}', token: 't' },
    };
    expect(apiConfig(env)).toMatchObject(expected);
    expect(runnerConfig(env)).toMatchObject(expected);
    expect(() => apiConfig({ INTERNAL_MCP_URL: 'ftp://mcp' })).toThrow(/INTERNAL_MCP_URL: must be an http/);
  });
});
