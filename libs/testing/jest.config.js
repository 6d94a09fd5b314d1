export default {
  displayName: 'testing',
  preset: '../../jest.preset.js',
  globalSetup: './jest/dynamodb.setup.js',
  globalTeardown: './jest/dynamodb.teardown.js',
};
