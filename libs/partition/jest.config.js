export default { displayName: 'partition', preset: '../../jest.preset.js' };
