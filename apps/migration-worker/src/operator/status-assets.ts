import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
// Its files are served to the browser. Named here so that it is packaged; without a page it does nothing.
import 'uplot';

const own = (name: string) => fileURLToPath(new URL(`../../public/${name}`, import.meta.url));
const plots = (name: string) => createRequire(import.meta.url).resolve(`uplot/dist/${name}`);

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

const files: Readonly<Record<string, { file: () => string; type: string }>> = {
  '/': { file: () => own('status.html'), type: HTML },
  '/status.js': { file: () => own('status.js'), type: SCRIPT },
  '/status.css': { file: () => own('status.css'), type: STYLE },
  '/uplot.js': { file: () => plots('uPlot.esm.js'), type: SCRIPT },
  '/uplot.css': { file: () => plots('uPlot.min.css'), type: STYLE },
};

/** The files of the page, and no others: a path is a name in this list or nothing. */
export async function statusAsset(path: string): Promise<{ body: Buffer; type: string } | undefined> {
  const asset = Object.hasOwn(files, path) ? files[path] : undefined;
  return asset && { body: await readFile(asset.file()), type: asset.type };
}
