import { recordKey } from './record-keys.ts';

describe('recordKey', () => {
  it('is the same for the same thing, another for anything else, and has the form of a stored key', () => {
    expect(recordKey('message', 'thread', 'run', 'user')).toBe(recordKey('message', 'thread', 'run', 'user'));
    const keys = [
      recordKey('message', 'thread', 'run', 'user'),
      recordKey('message', 'thread', 'run', 'assistant'),
      recordKey('message', 'thread', 'ru', 'nuser'),
      recordKey('message', 'threadrun', '', 'user'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^\d{20}$/);
  });
});
