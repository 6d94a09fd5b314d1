export default { displayName: 'example-line-handler', preset: '../../jest.preset.js' };
