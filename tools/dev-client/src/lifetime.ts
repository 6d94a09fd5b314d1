const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90`, `90s`, `15m`, `1h`, `7d` in seconds; undefined for anything else. */
export function lifetimeSeconds(span: string): number | undefined {
  const [, amount, unit = 's'] = /^(\d+)([smhd])?$/.exec(span) ?? [];
  if (amount === undefined) return undefined;
  return Number(amount) * SECONDS[unit as keyof typeof SECONDS];
}
