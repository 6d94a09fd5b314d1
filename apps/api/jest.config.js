// The AWS clients want credentials even where nothing checks them.
process.env.AWS_ACCESS_KEY_ID ??= 'spec';
process.env.AWS_SECRET_ACCESS_KEY ??= 'spec';

export default { displayName: 'api', preset: '../../jest.preset.js' };
