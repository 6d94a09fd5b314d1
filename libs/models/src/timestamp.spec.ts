import { millisecondsOf, timestamp, timestampOf } from './timestamp.ts';

describe('timestamp', () => {
  it('is in the stored form and never twice the same', () => {
    const times = Array.from({ length: 10_000 }, timestamp);
    expect(times.every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/.test(time))).toBe(true);
    expect(times.every((time, i) => i === 0 || time > String(times[i - 1]))).toBe(true);
  });

  it('goes back to milliseconds', () => {
    const date = new Date('2026-11-22T21:59:04.694Z');
    expect(timestampOf(date)).toBe('2026-11-22T21:59:04.694000+0000');
    expect(millisecondsOf('2026-11-22T21:59:04.694318+0000')).toBe(date.getTime());
    expect(Math.abs(millisecondsOf(timestamp()) - Date.now())).toBeLessThan(1000);
  });
});
