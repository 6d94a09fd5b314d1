import { DateTime } from './date-time.scalar.ts';

describe('DateTime', () => {
  it.each([
    ['2026-11-22T21:59:04.694318+0000', '2026-11-22T21:59:04.694318'],
    ['2026-11-22T21:59:04.000000+0000', '2026-11-22T21:59:04'],
    ['2026-11-22T21:59:04.000001+0000', '2026-11-22T21:59:04.000001'],
  ])('shows %s as %s', (stored, shown) => expect(DateTime.serialize(stored)).toBe(shown));

  it.each([
    ['2026-11-22T21:59:04.694318', '2026-11-22T21:59:04.694318+0000'],
    ['2026-11-22T21:59:04.694318Z', '2026-11-22T21:59:04.694318+0000'],
    ['2026-11-22T23:59:04.5+02:00', '2026-11-22T21:59:04.500000+0000'],
    ['2026-11-22T23:59:04+0200', '2026-11-22T21:59:04.000000+0000'],
    ['2026-11-22 21:59', '2026-11-22T21:59:00.000000+0000'],
    ['2026-11-22', '2026-11-22T00:00:00.000000+0000'],
  ])('takes %s for %s', (sent, stored) => expect(DateTime.parseValue(sent)).toBe(stored));

  it.each([
    'yesterday',
    '',
    '2026-13-01',
    '2026-11-22T25:00:00',
    1764000000,
    null,
    '2026-11-22T21:59:04.1+99:99',
  ])('refuses %p', (sent) => expect(() => DateTime.parseValue(sent)).toThrow(/DateTime cannot represent/));

  it('keeps order: what is written compares as it happened', () => {
    const times = [
      '2026-01-01',
      '2026-01-01T00:00:00.000001',
      '2026-01-01T02:00:00+01:00',
      '2026-01-01T01:00:00.1',
    ];
    const stored = times.map((time) => String(DateTime.parseValue(time)));
    expect(stored.toSorted()).toEqual(stored);
  });
});
