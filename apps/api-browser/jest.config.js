export default { displayName: 'api-browser', preset: '../../jest.preset.js', testTimeout: 120_000 };
