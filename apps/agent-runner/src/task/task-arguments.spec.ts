import { taskArguments } from './task-arguments.ts';

describe('taskArguments', () => {
  it.each([
    { agent_uuid: 'a', user_query: 'Why?', updated_by: 'me', run_uuid: 'r' },
    { agentUuid: 'a', userQuery: 'Why?', updatedBy: 'me' },
  ])('reads what is stored, in either spelling', (stored) => {
    expect(taskArguments(stored)).toEqual({ agentUuid: 'a', question: 'Why?', updatedBy: 'me' });
  });

  it.each([null, undefined, {}, { agent_uuid: 'a' }, { agent_uuid: 7, user_query: 'x' }])(
    'refuses %j',
    (stored) => {
      expect(() => taskArguments(stored)).toThrow(expect.objectContaining({ code: 'message.malformed' }));
    },
  );
});
