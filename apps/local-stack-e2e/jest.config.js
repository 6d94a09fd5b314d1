export default { displayName: 'local-stack-e2e', preset: '../../jest.preset.js', testTimeout: 180_000 };
