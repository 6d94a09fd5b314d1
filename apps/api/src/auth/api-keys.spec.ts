import { createHash } from 'node:crypto';
import { jsonFile } from '../../spec/api-under-test.ts';
import { ApiKeys } from './api-keys.ts';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const good = { name: 'ci', key: 'correct horse', endpoint_id: 'gpt', part_ids: '*' };

describe('the file of API keys', () => {
  it('takes keys hashed or in clear', () => {
    const hashed = {
      sha256: sha256('battery staple').toUpperCase(),
      endpoint_id: 'x',
      part_ids: ['a'],
      role: 'admin',
    };
    const keys = ApiKeys.of({ apiKeysFile: jsonFile([good, hashed]) });
    expect(keys.verify('correct horse')).toEqual({
      subject: 'ci',
      endpointIds: ['gpt'],
      partIds: '*',
      role: undefined,
    });
    expect(keys.verify('battery staple')).toMatchObject({
      subject: `api-key:${sha256('battery staple').slice(0, 8)}`,
      partIds: ['a'],
      role: 'admin',
    });
    expect(() => keys.verify(sha256('correct horse'))).toThrow(
      expect.objectContaining({ code: 'auth.invalid' }),
    );
  });

  it.each<[string, unknown, RegExp]>([
    ['no list', { good }, /API_KEYS_FILE: file: .*must be a JSON array/],
    ['no part', [good, { ...good, name: 'second', part_ids: [] }], /entry 2 \(second\).*\n?.*part_ids/],
    ['another star', [{ ...good, part_ids: ['a', 7] }], /entry 1 \(ci\)/],
    ['no key', [{ ...good, key: undefined }], /entry 1 \(ci\): .*either sha256 or key/],
    ['both forms', [{ ...good, sha256: sha256('x') }], /either sha256 or key/],
    ['a wrong hash', [{ ...good, key: undefined, sha256: 'abc' }], /64 hexadecimal digits/],
    ['an unknown property', [{ ...good, endpoint: 'x' }], /endpoint/],
    ['the same key twice', [good, { ...good, name: 'again' }], /entry 2 \(again\): is the same key/],
  ])('refuses %s at boot without quoting keys', (_, content, message) => {
    const load = () => ApiKeys.of({ apiKeysFile: jsonFile(content) });
    expect(load).toThrow(message);
    expect(load).not.toThrow(/correct horse/);
  });

  it('names a file that is not there', () => {
    expect(() => ApiKeys.of({ apiKeysFile: '/nowhere/keys.json' })).toThrow(
      /API_KEYS_FILE: file: cannot be read \(ENOENT\)/,
    );
  });
});
