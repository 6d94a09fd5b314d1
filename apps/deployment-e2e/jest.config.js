export default {
  displayName: 'deployment-e2e',
  preset: '../../jest.preset.js',
  globalSetup: '../../libs/testing/jest/dynamodb.setup.js',
  globalTeardown: '../../libs/testing/jest/dynamodb.teardown.js',
  testTimeout: 120_000,
};
