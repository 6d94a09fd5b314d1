import { packageOf } from './imports.ts';
import { type LockFile, runtimeClosure } from './locked-packages.ts';

const lock: LockFile = {
  '': { dependencies: { framework: '1', express: '1', a: '1' } },
  'node_modules/framework': {
    dependencies: { shared: '2' },
    peerDependencies: { core: '1', fastify: '1' },
    // As some packages have it: the peer is named here only.
    peerDependenciesMeta: { express: { optional: true }, fastify: { optional: true } },
  },
  'node_modules/framework/node_modules/shared': { version: '2', dependencies: { leaf: '1' } },
  'node_modules/shared': { version: '1' },
  'node_modules/leaf': { dependencies: { '@types/node': '1' } },
  'node_modules/core': {},
  'node_modules/fastify': {},
  'node_modules/express': { optionalDependencies: { native: '1', absent: '1' } },
  'node_modules/native': { os: ['linux'], cpu: ['x64'] },
  'node_modules/a': { dependencies: { shared: '1' } },
  'node_modules/tester': {},
};

describe('what packages need to run', () => {
  it('is their dependencies as Node finds them, peers that are in use, and nothing else', () => {
    expect([...runtimeClosure(lock, ['framework'])].sort()).toEqual([
      'node_modules/core',
      'node_modules/express',
      'node_modules/framework',
      'node_modules/framework/node_modules/shared',
      'node_modules/leaf',
    ]);
    expect([...runtimeClosure(lock, ['a'])].sort()).toEqual(['node_modules/a', 'node_modules/shared']);
  });

  it('cannot be found out when something is not locked', () => {
    expect(() => runtimeClosure(lock, ['unheard-of'])).toThrow(/needs unheard-of, .*npm install/);
  });
});

it.each([
  ['@aws-sdk/client-s3/dist/x.js', '@aws-sdk/client-s3'],
  ['zod', 'zod'],
  ['./main.js', undefined],
  ['node:fs', undefined],
  ['fs/promises', undefined],
])('%s is of the package %s', (specifier, name) => {
  expect(packageOf(specifier)).toBe(name);
});
