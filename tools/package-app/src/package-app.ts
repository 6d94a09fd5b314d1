import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importedPackages } from './imports.ts';
import { linkTree } from './link-tree.ts';
import { type LockFile, runtimeClosure } from './locked-packages.ts';

export interface PackagedApp {
  folder: string;
  libraries: string[];
  /** Third-party packages by path, such as `node_modules/zod`. */
  packages: string[];
}

interface Manifest {
  name: string;
  version: string;
}

/** @throws Error when the app or a library it needs has not been built */
export function packageApp(workspace: string, app: string): PackagedApp {
  const source = join(workspace, 'apps', app);
  const folder = join(source, 'package');
  const libraries = librariesOf(workspace, join(source, 'dist'));
  const imported = [source, ...libraries.values()].flatMap((project) => [
    ...importedPackages(join(project, 'dist')),
  ]);
  const { packages: lock } = readJson<{ packages: LockFile }>(join(workspace, 'package-lock.json'));
  const closure = runtimeClosure(
    lock,
    imported.filter((name) => !libraries.has(name)),
  );

  rmSync(folder, { recursive: true, force: true });
  addProject(source, folder, 'dist/main.js');
  for (const [name, project] of libraries) {
    addProject(project, join(folder, 'node_modules', name), 'dist/index.js');
  }
  const packages = [...closure].sort();
  for (const path of packages) linkTree(join(workspace, path), join(folder, path));
  return { folder, libraries: [...libraries.keys()].sort(), packages };
}

/** Our own packages that the compiled app needs, and where they are. */
function librariesOf(workspace: string, dist: string): Map<string, string> {
  const known = new Map(
    globSync('libs/*/package.json', { cwd: workspace }).map((file) => {
      const path = join(workspace, file);
      return [readJson<Manifest>(path).name, dirname(path)];
    }),
  );
  const needed = new Map<string, string>();
  const visit = (folder: string) => {
    if (!existsSync(folder)) throw new Error(`${folder} does not exist: build it first (nx build).`);
    for (const name of importedPackages(folder)) {
      const project = known.get(name);
      if (project === undefined || needed.has(name)) continue;
      needed.set(name, project);
      visit(join(project, 'dist'));
    }
  };
  visit(dist);
  return needed;
}

/** Compiled files and what they read at run time, with a manifest that leads to nothing else. */
function addProject(project: string, to: string, entry: string): void {
  for (const name of ['dist', 'public']) {
    if (existsSync(join(project, name))) linkTree(join(project, name), join(to, name));
  }
  mkdirSync(to, { recursive: true });
  const { name, version } = readJson<Manifest>(join(project, 'package.json'));
  const manifest = { name, version, type: 'module', exports: `./${entry}` };
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
