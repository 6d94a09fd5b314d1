export default { displayName: 'agent-handlers', preset: '../../jest.preset.js' };
