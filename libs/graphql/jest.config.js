export default { displayName: 'graphql', preset: '../../jest.preset.js' };
