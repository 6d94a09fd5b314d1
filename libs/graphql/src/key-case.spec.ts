import fc from 'fast-check';
import { camelKey, camelKeys, snakeKey, snakeKeys } from './key-case.ts';

describe('key case', () => {
  it.each([
    ['api_key', 'apiKey'],
    ['tool_v2b', 'toolV2B'],
    ['foo_barBaz', 'fooBarbaz'],
    ['trail_', 'trail'],
    ['item_2_name', 'item2Name'],
    ['maxTokens', 'maxTokens'],
    ['Part-Id', 'Part-Id'],
    ['_lead', 'Lead'],
  ])('leaves: %s → %s', (stored, shown) => expect(camelKey(stored)).toBe(shown));

  it.each([
    ['maxTokens', 'max_tokens'],
    ['userID', 'user_i_d'],
    ['HTTPServer', 'h_t_t_p_server'],
    ['X-Api-Key', 'x_api_key'],
    ['Content-Type', 'content_type'],
    ['a1B2', 'a1b2'],
    ['item2Name', 'item2name'],
    ['__p', 'p'],
    ['G', 'g'],
    ['already_snake', 'already_snake'],
  ])('enters: %s → %s', (sent, stored) => expect(snakeKey(sent)).toBe(stored));

  it('changes keys at every depth and never a value', () => {
    const sent = { aB: [{ cD: 'eF', gH: null }, ['iJ', 1.5, true]] };
    expect(snakeKeys(sent)).toEqual({ a_b: [{ c_d: 'eF', g_h: null }, ['iJ', 1.5, true]] });
    expect(camelKeys(snakeKeys(sent))).toEqual(sent);
  });

  it('settles: a stored key stays as it is when written again', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'B', '_', '-', '1', 'É') }), (key) => {
        expect(snakeKey(snakeKey(key))).toBe(snakeKey(key));
      }),
    );
  });
});
