export default { displayName: 'test-run', preset: '../../jest.preset.js' };
