export default { displayName: 'migration-core', preset: '../../jest.preset.js' };
