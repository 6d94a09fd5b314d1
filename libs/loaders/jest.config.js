export default { displayName: 'loaders', preset: '../../jest.preset.js' };
