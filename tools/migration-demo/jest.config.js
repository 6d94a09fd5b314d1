export default { displayName: 'migration-demo', preset: '../../jest.preset.js', testTimeout: 240_000 };
