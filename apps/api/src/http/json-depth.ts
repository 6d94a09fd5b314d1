/** Whether arrays and objects are nested deeper than `limit`. Walks without recursion: hostile depth must not overflow us. */
export function isDeeperThan(limit: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.filter(isContainer).flatMap((container) => Object.values(container));
  }
  return false;
}

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
