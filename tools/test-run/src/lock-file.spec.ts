import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WORKSPACE } from './checks.ts';

interface LockedPackage {
  optionalDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(readFileSync(join(WORKSPACE, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

/** As Node resolves: in the package's own node_modules, then in those further out. */
function isLocked(name: string, from: string): boolean {
  if (join(from, 'node_modules', name) in packages) return true;
  return from !== '.' && from !== '' && isLocked(name, dirname(from));
}

describe('package-lock.json', () => {
  it('names packages of other platforms too, or npm ci refuses it', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(name, path)),
    );
    // "npm install" leaves out those its registry does not serve; they can be added by hand: version, os, cpu, optional.
    expect(missing).toEqual([]);
  });
});
