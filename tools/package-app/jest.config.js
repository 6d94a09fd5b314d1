export default { displayName: 'package-app', preset: '../../jest.preset.js' };
