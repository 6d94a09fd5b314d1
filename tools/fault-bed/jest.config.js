export default {
  displayName: 'fault-bed',
  preset: '../../jest.preset.js',
  globalSetup: '../../libs/testing/jest/dynamodb.setup.js',
  globalTeardown: '../../libs/testing/jest/dynamodb.teardown.js',
};
