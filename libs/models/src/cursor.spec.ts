import fc from 'fast-check';
import { type CursorFormat, decodeCursor, encodeCursor } from './cursor.ts';

const format: CursorFormat = {
  list: 'agent.updated_at-index',
  keys: ['partition_key', 'agent_version_uuid', 'updated_at'],
  fixed: { partition_key: { S: 'gpt#acme' } },
};
const item = {
  partition_key: { S: 'gpt#acme' },
  agent_version_uuid: { S: '1' },
  updated_at: { S: '2026' },
  other: { S: 'x' },
};

describe('cursor', () => {
  it('comes back as the position it was made from, without saying whose', () => {
    const cursor = encodeCursor(format, item);
    expect(Buffer.from(cursor, 'base64url').toString()).not.toContain('acme');
    const { other, ...position } = item;
    expect(other).toBeDefined();
    expect(decodeCursor(format, cursor)).toEqual(position);
  });

  it('leads into the partition of whoever uses it', () => {
    const theirs = { ...format, fixed: { partition_key: { S: 'gpt#globex' } } };
    expect(decodeCursor(theirs, encodeCursor(format, item)).partition_key).toEqual({ S: 'gpt#globex' });
  });

  it('of another list, or forged, is refused', () => {
    const refused = expect.objectContaining({ code: 'cursor.invalid' });
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const bad = [
      encodeCursor({ ...format, list: 'thread.updated_at-index' }, item),
      forged({ list: format.list, after: { agent_version_uuid: { S: '1' } } }),
      forged({
        list: format.list,
        after: { agent_version_uuid: { S: '1' }, updated_at: { S: '2' }, partition_key: { S: 'gpt#globex' } },
      }),
      forged({ list: format.list, after: { agent_version_uuid: { S: 1 }, updated_at: { S: '2' } } }),
      forged({ list: format.list, after: { agent_version_uuid: { M: {} }, updated_at: { S: '2' } } }),
    ];
    for (const cursor of bad) expect(() => decodeCursor(format, cursor)).toThrow(refused);
    fc.assert(
      fc.property(fc.string(), (cursor) => expect(() => decodeCursor(format, cursor)).toThrow(refused)),
    );
  });
});
