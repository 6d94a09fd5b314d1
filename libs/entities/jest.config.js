export default { displayName: 'entities', preset: '../../jest.preset.js' };
