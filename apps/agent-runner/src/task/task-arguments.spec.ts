import { taskArguments } from './task-arguments.ts';

describe('taskArguments', () => {
  it.each([
    { agent_uuid: 'a', user_query: 'Why?', updated_by: 'me', run_uuid: 'r' },
    { agentUuid: 'a', userQuery: 'Why?', updatedBy: 'me' },
  ])('reads what is stored, in either spelling', (stored) => {
    expect(taskArguments(stored)).toEqual({
      agentUuid: 'a',
      question: 'Why?',
      inputFiles: [],
      updatedBy: 'me',
    });
  });

  it.each([null, undefined, {}, { agent_uuid: 'a' }, { agent_uuid: 7, user_query: 'x' }])(
    'refuses %j',
    (stored) => {
      expect(() => taskArguments(stored)).toThrow(expect.objectContaining({ code: 'message.malformed' }));
    },
  );

  it('checks the files again: whoever may write a task may write anything into it', () => {
    const asked = { agent_uuid: 'a', user_query: 'Why?' };
    const file = { filename: 'a.txt', object_key: 'input_files/1' };
    expect(taskArguments({ ...asked, input_files: [file] }).inputFiles).toEqual([file]);
    expect(() => taskArguments({ ...asked, input_files: [{ ...file, filename: '../a' }] })).toThrow(
      expect.objectContaining({ code: 'argument.invalid' }),
    );
  });
});
