export default {
  displayName: 'agent-runner-e2e',
  preset: '../../jest.preset.js',
  globalSetup: '../../libs/testing/jest/dynamodb.setup.js',
  globalTeardown: '../../libs/testing/jest/dynamodb.teardown.js',
  // A killed runner's message comes back after its visibility timeout, on a machine that may be busy.
  testTimeout: 120_000,
};
