export default { displayName: 'agent-runner', preset: '../../jest.preset.js' };
