import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '../loop/run-event.ts';
import { AnswerStream } from './answer-stream.ts';
import type { Frame, StreamFrame } from './frame.ts';

const result = { type: 'result', result: { run_uuid: 'run' }, status: 'completed' } as const;
const call = { id: 'c1', name: 'lookup', arguments: '{}', step: 0, index: 0, idempotencyKey: 'k' };
const text = (delta: string): RunEvent => ({ type: 'text-delta', text: delta });

/** Plays events to a client that takes `pace` ms per frame; each event comes when the previous frames are out. */
async function play(
  events: RunEvent[],
  { pace = 0, attempt = 1, spread = true, last = result as never } = {},
) {
  const frames: Frame[] = [];
  const stream = new AnswerStream({
    connectionId: 'conn',
    runUuid: 'run',
    attempt,
    send: async (frame) => {
      frames.push(frame);
      await delay(pace);
    },
  });
  for (const event of events) {
    stream.observe(event);
    if (spread) await delay(2);
  }
  await stream.end(last);
  return frames;
}

const chunks = (frames: Frame[]) => frames.filter((frame): frame is StreamFrame => 'chunk_delta' in frame);

describe('AnswerStream', () => {
  it('sends an empty start, text of at least ten characters, an empty end, then the result', async () => {
    const frames = await play(['One', ' two', ' three', ' four', ' five', '.'].map(text));
    const frame = (index: number, chunk_delta: string, is_message_end = false) => ({
      message_group_id: 'conn-run',
      data_format: 'text',
      index,
      chunk_delta,
      is_message_end,
    });
    expect(frames).toEqual([
      frame(0, ''),
      frame(1, 'One two three'),
      frame(2, ' four five'),
      frame(3, '.'),
      frame(4, '', true),
      result,
    ]);
    expect(Object.keys(frames[0] ?? {})).toEqual([
      'message_group_id',
      'data_format',
      'index',
      'chunk_delta',
      'is_message_end',
    ]);
  });

  it('does not wait for a > after a <', async () => {
    expect(
      chunks(await play([text('a < b, and that is all'), text(' there is.')])).map((f) => f.chunk_delta),
    ).toEqual(['', 'a < b, and that is all', ' there is.', '']);
  });

  it('keeps reasoning in groups of its own that never end the answer', async () => {
    const frames = chunks(
      await play([
        { type: 'reasoning-delta', text: 'First I look.', block: 'a' },
        { type: 'reasoning-delta', text: 'Then I think.', block: 'b' },
        { type: 'step-finished', step: 0 },
        { type: 'reasoning-delta', text: 'Again.', block: 'b' },
        text('The answer is 42.'),
      ]),
    );
    expect(frames.map((f) => [f.message_group_id, f.index, f.is_message_end])).toEqual([
      ['conn-run-rs#0', 0, false],
      ['conn-run-rs#1', 0, false],
      ['conn-run-rs#2', 0, false],
      ['conn-run', 0, false],
      ['conn-run', 1, false],
      ['conn-run', 2, true],
    ]);
  });

  it('ends once over several steps, and tells tool calls in frames no client takes for text or an end', async () => {
    const frames = await play([
      text('Let me see.'),
      { type: 'step-finished', step: 0 },
      { type: 'tool-started', call },
      { type: 'tool-finished', call, text: 'secret', failed: false, timeSpentMs: 1 },
      text('Found.'),
      { type: 'step-finished', step: 1 },
    ]);
    const indices = chunks(frames).map((f) => f.index);
    expect(indices).toEqual([...indices].sort((a, b) => a - b));
    expect(new Set(indices).size).toBe(indices.length);
    expect(chunks(frames).filter((f) => f.is_message_end)).toHaveLength(1);
    const notices = frames.filter((f) => !('chunk_delta' in f) && f.type === 'tool_call');
    expect(notices).toMatchObject([{ name: 'lookup', state: 'started' }, { state: 'completed' }]);
    for (const notice of notices) {
      expect(notice).not.toHaveProperty('result');
      expect(notice).not.toHaveProperty('status');
    }
    expect(JSON.stringify(frames)).not.toContain('secret');
  });

  it('gives a slow client fewer and larger frames, and loses nothing', async () => {
    const words = Array.from({ length: 200 }, (_, i) => `word number ${i}, `);
    const frames = chunks(await play(words.map(text), { pace: 5, spread: false }));
    expect(frames.map((f) => f.chunk_delta).join('')).toBe(words.join(''));
    expect(frames.length).toBeLessThan(20);
    expect(frames.map((f) => f.index)).toEqual(frames.map((_, i) => i));
  });

  it('cuts what does not fit into a frame, but no character', async () => {
    const long = 'x'.repeat(15_999) + '😀'.repeat(20_000);
    const frames = chunks(await play([text(long)]));
    expect(frames.map((f) => f.chunk_delta).join('')).toBe(long);
    expect(frames.every((f) => f.chunk_delta.length <= 16_000 && f.chunk_delta.isWellFormed())).toBe(true);
  });

  it('counts on from beyond what an earlier attempt can have sent', async () => {
    const [first] = chunks(await play([text('Once more.')], { attempt: 3 }));
    expect(first?.index).toBe(2_000_000);
  });

  it('ends a failed answer too, with an error that the client may see', async () => {
    const error = { type: 'error', run_uuid: 'run', detail: 'provider.unavailable: It broke off.' };
    const frames = await play([text('Half an ans')], { last: error as never });
    expect(frames.slice(-2)).toEqual([
      expect.objectContaining({ chunk_delta: '', is_message_end: true }),
      error,
    ]);
  });
});
