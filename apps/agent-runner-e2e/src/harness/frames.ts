import type { PushedFrame } from './push-receiver.ts';

/** The frames of the answer itself, without reasoning and notices. */
export function answerFrames(frames: readonly PushedFrame[]): PushedFrame[] {
  return frames.filter((frame) => 'chunk_delta' in frame && !frame.message_group_id?.includes('-rs#'));
}

export function textOf(frames: readonly PushedFrame[]): string {
  return answerFrames(frames)
    .map((frame) => frame.chunk_delta)
    .join('');
}

/** What every client relies on: one group, indices that only rise, one end and it is the last. */
export function expectOneAnswer(frames: readonly PushedFrame[], groupId: string): void {
  const answer = answerFrames(frames);
  expect(new Set(answer.map((frame) => frame.message_group_id))).toEqual(new Set([groupId]));
  const indices = answer.map((frame) => frame.index ?? -1);
  expect(indices.every((index, i) => i === 0 || index > (indices[i - 1] ?? 0))).toBe(true);
  expect(answer.filter((frame) => frame.is_message_end)).toHaveLength(1);
  expect(answer.at(-1)).toMatchObject({ is_message_end: true, chunk_delta: '' });
}

/**
 * What passes a socket of ours: nothing of an answer that has ended. A runner that dies after it has told the end, and
 * before it could note that, leaves the end to be told again.
 */
export function passed(frames: readonly PushedFrame[]): PushedFrame[] {
  const end = frames.findIndex((frame) => 'chunk_delta' in frame && frame.is_message_end === true);
  return end < 0 ? [...frames] : frames.slice(0, end + 1);
}
