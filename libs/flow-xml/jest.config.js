export default { displayName: 'flow-xml', preset: '../../jest.preset.js' };
