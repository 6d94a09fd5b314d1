import { decodeTaskMessage, encodeTaskMessage, type TaskMessage } from './task-message.ts';
import { messageGroup } from './task-sender.ts';

const message: TaskMessage = {
  version: 1,
  requestId: 'req',
  endpointId: 'gpt',
  partId: 'acme',
  threadUuid: 'thread',
  runUuid: 'run',
  asyncTaskUuid: 'task',
  connection: { id: 'conn', callbackUrl: 'http://127.0.0.1:4000' },
};

describe('task message', () => {
  it('travels unchanged', () => {
    expect(decodeTaskMessage(encodeTaskMessage(message))).toEqual(message);
  });

  it.each([
    ['not JSON', '{', /not JSON/],
    ['another version', JSON.stringify({ ...message, version: 2 }), /version/],
    ['no thread', JSON.stringify({ ...message, threadUuid: undefined }), /threadUuid/],
    [
      'a callback that is no URL',
      JSON.stringify({ ...message, connection: { id: 'c', callbackUrl: 'x' } }),
      /callbackUrl/,
    ],
    ['nothing', '', /not JSON/],
  ])('refuses %s and says why', (_name, body, why) => {
    expect(() => decodeTaskMessage(body)).toThrow(
      expect.objectContaining({ code: 'message.malformed', message: expect.stringMatching(why) as string }),
    );
  });
});

describe('messageGroup', () => {
  it('is one per thread and tenant, and always something SQS accepts', () => {
    const group = messageGroup(message);
    expect(messageGroup({ ...message, runUuid: 'other', asyncTaskUuid: 'other' })).toBe(group);
    expect(messageGroup({ ...message, partId: 'globex' })).not.toBe(group);
    expect(messageGroup({ ...message, endpointId: 'gptacme', partId: '' })).not.toBe(group);
    expect(messageGroup({ ...message, threadUuid: 'ü'.repeat(500) })).toMatch(/^[0-9a-f]{64}$/);
  });
});
