import { retryAfterMs, retryDelayMs } from './retry-after.ts';

describe('the wait a provider asks for', () => {
  const now = Date.parse('2026-11-28T08:00:00Z');

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Sat, 28 Nov 2026 08:00:09 GMT' }, 9_000],
    [{ 'retry-after': 'Sat, 28 Nov 2026 07:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after-ms': 'soon', 'retry-after': '7' }, 7_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{}, undefined],
    [undefined, undefined],
  ])('is in its headers: %j', (headers, expected) => {
    expect(retryAfterMs(headers as Record<string, string> | undefined, now)).toBe(expected);
  });

  it('is in Google’s error', () => {
    expect(retryDelayMs('{"error":{"details":[{"retryDelay": "7.5s"}]}}')).toBe(7_500);
    expect([retryDelayMs('{"retryDelay":"soon"}'), retryDelayMs(undefined)]).toEqual([undefined, undefined]);
  });
});
