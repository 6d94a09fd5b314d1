import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '../loop/run-event.ts';
import { AnswerStream, LEGACY_MIN_CHUNK } from './answer-stream.ts';
import type { DataFormat, Frame, LegacyFrame, RunEnd, StreamFrame } from './frame.ts';
import { legacyFrame } from './legacy-frame.ts';

const call = { id: 'c1', name: 'lookup', arguments: '{}', step: 0, index: 0, idempotencyKey: 'k' };
const text = (delta: string): RunEvent => ({ type: 'text-delta', text: delta });
const step: RunEvent = { type: 'step-finished', step: 0 };

interface Play {
  /** Milliseconds the client takes per frame. */
  pace?: number;
  attempt?: number;
  minChunk?: number;
  dataFormat?: DataFormat;
  /** Each event comes when the previous frames are out. */
  spread?: boolean;
  status?: RunEnd;
}

async function play(events: RunEvent[], options: Play = {}): Promise<Frame[]> {
  const { pace = 0, attempt = 1, minChunk = 1, spread = true, status = 'completed' } = options;
  const frames: Frame[] = [];
  const stream = new AnswerStream({
    connectionId: 'conn',
    runUuid: 'run',
    attempt,
    minChunk,
    send: async (frame) => {
      frames.push(frame);
      await delay(pace);
    },
  });
  stream.begin({ dataFormat: options.dataFormat ?? 'text', ...(attempt > 1 && { textLength: 0 }) });
  for (const event of events) {
    await stream.observe(event);
    if (spread) await delay(2);
  }
  await stream.end(status, { result: { run_uuid: 'run' }, detail: 'provider.unavailable: It broke off.' });
  return frames;
}

/** The same for a client of the first version. */
async function playLegacy(events: RunEvent[], options: Play = {}): Promise<LegacyFrame[]> {
  const frames = await play(events, { minChunk: LEGACY_MIN_CHUNK, ...options });
  return frames.map(legacyFrame).filter((frame) => frame !== undefined);
}

type Chunk = Omit<StreamFrame, 'type'>;
const chunks = (frames: readonly (Frame | LegacyFrame)[]): Chunk[] =>
  frames.filter((frame): frame is (Frame | LegacyFrame) & Chunk => 'chunk_delta' in frame);
const joined = (frames: readonly (Frame | LegacyFrame)[]) =>
  chunks(frames)
    .map(({ chunk_delta }) => chunk_delta)
    .join('');

describe('frames of the first version', () => {
  it('are an empty start, text of at least ten characters, an empty end, then the result', async () => {
    const frames = await playLegacy(['One', ' two', ' three', ' four', ' five', '.'].map(text));
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
      { type: 'result', result: { run_uuid: 'run' }, status: 'completed' },
    ]);
    expect(Object.keys(frames[0] ?? {})).toEqual([
      'message_group_id',
      'data_format',
      'index',
      'chunk_delta',
      'is_message_end',
    ]);
  });

  it('end a failed answer too, with an error that the client may see, and nothing behind it', async () => {
    const frames = await playLegacy([text('Half an ans')], { status: 'failed' });
    expect(frames.slice(-2)).toEqual([
      expect.objectContaining({ chunk_delta: '', is_message_end: true }),
      { type: 'error', run_uuid: 'run', detail: 'provider.unavailable: It broke off.' },
    ]);
  });

  it('tell tool calls in frames no client takes for text or an end', async () => {
    const frames = await playLegacy([
      text('Let me see.'),
      step,
      { type: 'tool-started', call },
      { type: 'tool-finished', call, text: 'secret', failed: false, timeSpentMs: 1 },
      text('Found.'),
    ]);
    const notices = frames.filter((frame) => !('chunk_delta' in frame) && frame.type === 'tool_call');
    expect(notices).toMatchObject([{ name: 'lookup', state: 'started' }, { state: 'completed' }]);
    for (const notice of notices) {
      expect(notice).not.toHaveProperty('result');
      expect(notice).not.toHaveProperty('status');
      expect(notice).not.toHaveProperty('seq');
    }
    expect(JSON.stringify(frames)).not.toContain('secret');
  });
});

describe('AnswerStream', () => {
  it('gives tags frames of their own, and does not wait for a > after a < that is none', async () => {
    const frames = chunks(
      await playLegacy([text('Hello <b cl'), text('ass="x">world</b> and a < b, if x <y and z.')]),
    );
    expect(frames.map((frame) => [frame.data_format, frame.chunk_delta])).toEqual([
      ['text', ''],
      ['text', 'Hello '],
      ['xml', '<b class="x">'],
      ['text', 'world'],
      ['xml', '</b>'],
      ['text', ' and a < b, if x <y and z.'],
      ['text', ''],
    ]);
  });

  it('streams structured output as JSON that adds up, and as objects', async () => {
    const json = '{"html":"<b>","n":[1,2]}';
    const frames = await play(
      [text(json.slice(0, 9)), { type: 'object', value: { html: '' } }, text(json.slice(9))],
      { dataFormat: 'json_schema' },
    );
    expect(new Set(chunks(frames).map((frame) => frame.data_format))).toEqual(new Set(['json_schema']));
    expect(JSON.parse(joined(frames))).toEqual({ html: '<b>', n: [1, 2] });
    expect(frames.filter((frame) => frame.type === 'object')).toMatchObject([{ object: { html: '' } }]);
    expect(await playLegacy([{ type: 'object', value: 1 }])).not.toContainEqual(
      expect.objectContaining({ type: 'object' }),
    );
  });

  it('keeps reasoning in groups of its own that never end the answer', async () => {
    const frames = chunks(
      await play([
        { type: 'reasoning-delta', text: 'First I look.', block: 'a' },
        { type: 'reasoning-delta', text: 'Then I think.', block: 'b' },
        step,
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

  it('numbers all frames of a run, and each group for itself, with one end and one finish', async () => {
    const frames = await play([
      { type: 'reasoning-delta', text: 'Hm.', block: 'a' },
      text('Let me see.'),
      step,
      { type: 'tool-started', call },
      { type: 'tool-finished', call, text: 'x', failed: true, timeSpentMs: 1 },
      text('Found.'),
      step,
    ]);
    expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, i) => i + 1));
    expect(frames.map(({ type }) => type)).toEqual([
      'run.started',
      'reasoning',
      'text',
      'text',
      'tool_call',
      'tool_call',
      'text',
      'text',
      'run.finished',
    ]);
    expect(frames.at(-1)).toMatchObject({ status: 'completed', result: { run_uuid: 'run' } });
    const answer = chunks(frames).filter((frame) => frame.message_group_id === 'conn-run');
    expect(answer.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(answer.map((frame) => frame.is_message_end)).toEqual([false, false, false, true]);
  });

  it('tells a failure and then that the run is over', async () => {
    const frames = await play([], { status: 'cancelled' });
    expect(frames.map(({ type }) => type)).toEqual(['run.started', 'text', 'error', 'run.finished']);
    expect(frames.at(-1)).toMatchObject({ status: 'cancelled' });
  });

  it('gives a slow client fewer and larger frames, and loses nothing', async () => {
    const words = Array.from({ length: 200 }, (_, i) => `word number ${i}, `);
    const frames = chunks(await play(words.map(text), { pace: 5, spread: false }));
    expect(joined(frames)).toBe(words.join(''));
    expect(frames.length).toBeLessThan(20);
    expect(frames.map((f) => f.index)).toEqual(frames.map((_, i) => i));
  });

  it('makes the model wait for a client that does not keep up at all', async () => {
    let delivered = 0;
    const stream = new AnswerStream({
      connectionId: 'c',
      runUuid: 'r',
      attempt: 1,
      send: async () => {
        await delay(5);
        delivered++;
      },
    });
    const huge = text('x'.repeat(600_000));
    expect(stream.observe(huge)).toBeUndefined();
    await stream.observe(huge);
    expect(delivered).toBeGreaterThan(0);
    expect(stream.observe(text('more'))).toBeUndefined();
  });

  it('cuts what does not fit into a frame, but no character', async () => {
    const long = 'x'.repeat(15_999) + '😀'.repeat(20_000);
    const frames = chunks(await play([text(long)]));
    expect(joined(frames)).toBe(long);
    expect(frames.every((f) => f.chunk_delta.length <= 16_000 && f.chunk_delta.isWellFormed())).toBe(true);
  });

  it('counts on from beyond what an earlier attempt can have sent, and says what of that stands', async () => {
    const frames = await play([text('Once more.')], { attempt: 3 });
    expect(frames[0]).toEqual({ type: 'run.resumed', run_uuid: 'run', text_length: 0, seq: 2_000_001 });
    expect(chunks(frames)[0]?.index).toBe(2_000_000);
  });
});
