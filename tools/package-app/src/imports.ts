import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';

const BUILT_IN = new Set(builtinModules);

/** Names of the packages that compiled files import, be it when they are loaded or later. Types have gone by then. */
export function importedPackages(folder: string): Set<string> {
  const packages = new Set<string>();
  for (const file of globSync('**/*.js', { cwd: folder })) {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, file), 'utf8'), true, true);
    for (const { fileName } of importedFiles) {
      const name = packageOf(fileName);
      if (name !== undefined) packages.add(name);
    }
  }
  return packages;
}

/** `@aws-sdk/client-s3/dist` → `@aws-sdk/client-s3`; undefined for files and what Node brings. */
export function packageOf(specifier: string): string | undefined {
  if (/^[./]|^node:/.test(specifier)) return undefined;
  const [first = '', second = ''] = specifier.split('/');
  if (BUILT_IN.has(first)) return undefined;
  return first.startsWith('@') ? `${first}/${second}` : first;
}
