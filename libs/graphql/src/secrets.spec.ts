import { json } from '@agent-engine/entities';
import fc from 'fast-check';
import { holdsMask, MASK, masked, unmasked } from './secrets.ts';

const configuration = json.default({}, { secret: 'credentialKeys' });
const headers = json.default({}, { secret: 'everyValue', verbatimKeys: true });

describe('secrets', () => {
  it.each([
    'api_key',
    'apiKey',
    'openai_api_key',
    'openaiApiKey',
    'aws_secret_key',
    'awsAccessKeyId',
    'secret',
    'client_secret',
    'token',
    'bearerToken',
    'password',
    'Authorization',
    'x-api-key',
    'private_key',
    'credentials',
    'cookie',
  ])('%s is masked', (key) => {
    expect(masked(configuration, { [key]: 'value', deep: [{ [key]: 'value' }] })).toEqual({
      [key]: MASK,
      deep: [{ [key]: MASK }],
    });
  });

  it.each(['max_tokens', 'maxOutputTokens', 'model', 'token_type', 'keyboard', 'author', 'secretary'])(
    '%s is not',
    (key) => {
      expect(masked(configuration, { [key]: 'value' })).toEqual({ [key]: 'value' });
    },
  );

  it('leaves numbers, blanks and references to secrets readable', () => {
    const value = { token: 5, api_key: '', password: 'env:PASSWORD', secret: 'secretsmanager:arn:x' };
    expect(masked(configuration, value)).toEqual(value);
  });

  it('masks every header', () => {
    expect(masked(headers, { Accept: 'a', 'X-Trace': 'b' })).toEqual({ Accept: MASK, 'X-Trace': MASK });
  });

  it('gives back what is stored when what was shown is written again, whatever it is', () => {
    const value = fc.dictionary(
      fc.constantFrom('api_key', 'model', 'tools', 'token'),
      fc.jsonValue({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(value, (stored) => {
        const clean = JSON.parse(JSON.stringify(stored).replaceAll('********', 'x')) as unknown;
        expect(unmasked('configuration', masked(configuration, clean), clean)).toEqual(clean);
      }),
    );
  });

  it('finds the stored secret under the other spelling of its key', () => {
    expect(unmasked('c', { openai_api_key: MASK }, { openaiApiKey: 'sk' })).toEqual({ openai_api_key: 'sk' });
  });

  it('never stores the mask', () => {
    expect(() => unmasked('configuration', { a: { api_key: MASK } }, { a: {} })).toThrow(
      expect.objectContaining({
        code: 'argument.invalid',
        message: expect.stringContaining('configuration.a.api_key'),
      }),
    );
    expect(holdsMask({ a: [{ b: MASK }] })).toBe(true);
    expect(holdsMask({ a: [{ b: 'mask' }] })).toBe(false);
  });
});
