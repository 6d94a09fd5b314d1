import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../../../', import.meta.url);
const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
const rows = [...readme.matchAll(/^\| (\d+)\. .+\| (.+)\|$/gm)].map(([, number, tests = '']) => ({
  number: Number(number),
  titles: [...tests.matchAll(/`([^`]+)`/g)].map(([, title = '']) => title),
}));
const specs = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(spec|suite)\.ts$/.test(file) && !file.includes('node_modules'))
    .map((file) => readFileSync(new URL(`${folder}/${file}`, root), 'utf8').replace(/\(\s+'/g, "('")),
);

it('names for each defect a test that exists', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 35 }, (_, index) => index + 1));
  expect(rows.filter(({ titles }) => titles.length === 0)).toEqual([]);
  const missing = rows
    .flatMap(({ titles }) => titles)
    .filter((title) => !specs.some((text) => text.includes(`('${title}'`)));
  expect(missing).toEqual([]);
});
