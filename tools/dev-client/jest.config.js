export default { displayName: 'dev-client', preset: '../../jest.preset.js' };
