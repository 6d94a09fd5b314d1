import { posix } from 'node:path';

/** What package-lock.json (version 3) says about a package, by its path. */
export interface LockedPackage {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  os?: string[];
  cpu?: string[];
}
export type LockFile = Readonly<Record<string, LockedPackage>>;

/**
 * Paths of all packages that these need to run, as Node will find them. A peer that may be missing is there if the
 * workspace itself depends on it: that is how one chooses, say, Express for a framework. Types need not run, and
 * packages for one kind of machine only have to be optional.
 * @throws Error naming a package that is needed and not locked
 */
export function runtimeClosure(lock: LockFile, names: Iterable<string>): Set<string> {
  const chosen = new Set(Object.keys(lock['']?.dependencies ?? {}));
  const closure = new Set<string>();
  const waiting = [...names].map((name) => resolve(lock, name, '', false));
  for (let path = waiting.pop(); path !== undefined || waiting.length > 0; path = waiting.pop()) {
    if (path === undefined || closure.has(path)) continue;
    closure.add(path);
    const found = lock[path] ?? {};
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
    } = found;
    for (const name of Object.keys(dependencies)) {
      waiting.push(resolve(lock, name, path, name in optionalDependencies));
    }
    for (const name of Object.keys(optionalDependencies)) waiting.push(resolve(lock, name, path, true));
    // Some are named only where it says that they may be missing.
    for (const name of Object.keys({ ...peerDependencies, ...peerDependenciesMeta })) {
      const optional = peerDependenciesMeta[name]?.optional === true;
      if (!optional || chosen.has(name)) waiting.push(resolve(lock, name, path, optional));
    }
  }
  return closure;
}

/** From the inside out, as Node looks for it. */
function resolve(lock: LockFile, name: string, from: string, optional: boolean): string | undefined {
  if (name.startsWith('@types/')) return undefined;
  for (let place = from; ; place = posix.dirname(place)) {
    const path = posix.join(place === '.' ? '' : place, 'node_modules', name);
    const found = posix.basename(place) === 'node_modules' ? undefined : lock[path];
    if (found) return optional && (found.os ?? found.cpu) ? undefined : path;
    if (place === '' || place === '.') break;
  }
  if (optional) return undefined;
  throw new Error(`${from || 'The app'} needs ${name}, which is not in package-lock.json: run npm install.`);
}
