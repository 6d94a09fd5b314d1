/** Seconds for a person: `4 s`, `12 min`, `3.5 h`. */
export function span(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 6_000) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

/** With its interval: `4 min (3 min to 6 min)`; nothing after `to` means that nobody can tell. */
export function estimate(seconds: number, interval: [number, number | null] | null): string {
  if (!interval) return span(seconds);
  const [low, high] = interval;
  return `${span(seconds)} (${span(low)} to ${high === null ? '?' : span(high)})`;
}
