import { readFileSync } from 'node:fs';

const swcrc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
delete swcrc.$schema;
delete swcrc.module; // jest decides: native ESM
delete swcrc.jsc.rewriteRelativeImportExtensions; // jest runs the sources where they are

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  // A packaged app has the names of the one it was made of.
  modulePathIgnorePatterns: ['<rootDir>/package/'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swcrc, swcrc: false }] },
  testEnvironmentOptions: {
    // Workspace libraries are imported from their sources: no build before a test.
    customExportConditions: ['@agent-engine/source', 'node'],
  },
  testTimeout: 30_000,
};
