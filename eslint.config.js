import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Which kind of project may import which; the tags are in each project.json. */
const depConstraints = [
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: ['type:graphql', 'type:data', 'type:definition', 'type:core', 'type:feature'],
  },
  { sourceTag: 'type:graphql', onlyDependOnLibsWithTags: ['type:data', 'type:definition', 'type:core'] },
  { sourceTag: 'type:data', onlyDependOnLibsWithTags: ['type:data', 'type:definition', 'type:core'] },
  { sourceTag: 'type:feature', onlyDependOnLibsWithTags: ['type:core', 'type:data'] },
  // What operators write, and the suite by which they know that it works.
  { sourceTag: 'type:example', onlyDependOnLibsWithTags: ['type:feature', 'type:core', 'type:testing'] },
  { sourceTag: 'type:core', onlyDependOnLibsWithTags: ['type:core'] },
  { sourceTag: 'type:definition', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:infra', onlyDependOnLibsWithTags: ['type:definition', 'type:core'] },
  {
    sourceTag: 'type:testing',
    onlyDependOnLibsWithTags: [
      'type:testing',
      'type:data',
      'type:definition',
      'type:core',
      'type:feature',
      'type:graphql',
    ],
  },
  {
    sourceTag: 'type:e2e',
    onlyDependOnLibsWithTags: [
      'type:app',
      'type:infra',
      'type:testing',
      'type:data',
      'type:definition',
      'type:core',
      'type:feature',
      'type:graphql',
    ],
  },
  {
    sourceTag: 'type:tool',
    onlyDependOnLibsWithTags: [
      'type:tool',
      'type:testing',
      'type:data',
      'type:definition',
      'type:core',
      'type:feature',
    ],
  },
  { sourceTag: 'type:definition', bannedExternalImports: ['*'] },
  { sourceTag: 'type:data', bannedExternalImports: ['@nestjs/*'] },
];

/** Packages that have one home each: everybody else goes through the project named here. */
const homes = [
  {
    home: 'libs/models/**/*.ts',
    group: ['dynamoose', 'dynamoose/*'],
    message: 'dynamoose stays inside libs/models.',
  },
  {
    home: 'apps/infra/**/*.ts',
    group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'],
    message: 'aws-cdk-lib stays inside apps/infra.',
  },
];

/** The later block wins for a file, so each home's own block names what the others keep to themselves. */
const restrictedImports = (files, entries) => ({
  files: [files],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: entries.map(({ group, message }) => ({ group, message })) },
    ],
  },
});

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      'apps/*/package/**',
      '**/node_modules/**',
      '**/test-results/**',
      '.nx/**',
      '**/*.js',
      '**/*.mjs',
      '**/public/**',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, depConstraints }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'max-lines': ['error', { max: 300 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.name='forwardRef']",
          message: 'Modules must not know each other.',
        },
        {
          selector: "MemberExpression[object.name='Scope'][property.name='REQUEST']",
          message:
            'A request-scoped provider infects all that use it: use PartitionContext (docs/decisions/0003).',
        },
        {
          selector: "CallExpression[callee.property.name='enterWith']",
          message: 'enterWith leaks into the caller: use run().',
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['libs/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read configuration through @agent-engine/config.' },
      ],
    },
  },
  restrictedImports('**/*.ts', homes),
  ...homes.map(({ home }) =>
    restrictedImports(
      home,
      homes.filter((other) => other.home !== home),
    ),
  ),
  {
    files: ['**/*.spec.ts'],
    rules: {
      'max-lines': 'off',
      // Jest matchers and parsed answers are `any`; what a test reads wrongly, it fails on.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // The API's own entry point, to run it in a spec's process; nothing inside it can be imported.
    files: ['apps/*-e2e/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: ['@agent-engine/api', '@agent-engine/migration-worker', '@agent-engine/infra'],
          depConstraints,
        },
      ],
    },
  },
  { files: ['tools/**'], rules: { 'no-console': 'off' } },
  prettier,
);
