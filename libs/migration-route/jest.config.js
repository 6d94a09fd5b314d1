export default { displayName: 'migration-route', preset: '../../jest.preset.js' };
