/** What model providers accept as the name of a function. */
const FORBIDDEN = /[^a-zA-Z0-9_-]/g;
const MAX_LENGTH = 64;

/**
 * Names under which the model sees the tools of several servers: each as its server calls it, if it can be. A name
 * that is taken gets its server's label in front, then a number.
 */
export function offeredNames(tools: readonly { label: string; name: string }[]): string[] {
  const taken = new Set<string>();
  return tools.map(({ label, name }) => {
    let offered = acceptable(name);
    if (taken.has(offered)) offered = acceptable(`${label}_${name}`);
    for (let n = 2; taken.has(offered); n++) offered = numbered(`${label}_${name}`, n);
    taken.add(offered);
    return offered;
  });
}

function acceptable(name: string): string {
  return name.replace(FORBIDDEN, '_').slice(0, MAX_LENGTH) || '_';
}

function numbered(name: string, n: number): string {
  const suffix = `_${n}`;
  return acceptable(name).slice(0, MAX_LENGTH - suffix.length) + suffix;
}
