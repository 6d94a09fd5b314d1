export default { displayName: 'migration-worker', preset: '../../jest.preset.js' };
