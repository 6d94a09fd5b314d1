import fc from 'fast-check';
import { conversation, type MessageRow, type ToolCallRow } from './history.ts';

const at = (n: number) => `2026-11-23T08:00:00.${String(n).padStart(6, '0')}+0000`;
const message = (n: number, role: string, text: string, runUuid = 'old'): MessageRow => ({
  runUuid,
  role,
  message: text,
  createdAt: at(n),
});
const toolCall = (n: number, changes: Partial<ToolCallRow> = {}): ToolCallRow => ({
  toolCallUuid: `t${n}`,
  runUuid: 'old',
  name: 'lookup',
  arguments: '{"n":1}',
  content: 'found',
  status: 'completed',
  createdAt: at(n),
  ...changes,
});
const of = (messages: MessageRow[], toolCalls: ToolCallRow[] = [], limit = 10) =>
  conversation({ messages, toolCalls }, { text: 'Q' }, { limit, currentRun: 'now' });

describe('conversation', () => {
  it('orders messages and tool calls as they happened, the question last', () => {
    expect(
      of([message(9, 'assistant', 'It is on its way.'), message(1, 'user', 'Where?')], [toolCall(5)]),
    ).toEqual([
      { role: 'user', text: 'Where?' },
      {
        role: 'assistant',
        parts: [{ type: 'tool-call', call: { id: 'call_t5', name: 'lookup', arguments: '{"n":1}' } }],
      },
      {
        role: 'tool',
        results: [
          { call: { id: 'call_t5', name: 'lookup', arguments: '{"n":1}' }, text: 'found', failed: false },
        ],
      },
      { role: 'assistant', parts: [{ type: 'text', text: 'It is on its way.' }] },
      { role: 'user', text: 'Q' },
    ]);
  });

  it('takes the pieces of a long answer for one message, and short answers of one run for several', () => {
    const [first, second] = ['a'.repeat(40_000), 'b'];
    const rows = [
      message(1, 'user', 'Tell'),
      message(2, 'assistant', first),
      message(3, 'assistant', second),
    ];
    expect(of([...rows, message(4, 'assistant', 'other', 'another')], [], 3)).toEqual([
      { role: 'user', text: 'Tell' },
      { role: 'assistant', parts: [{ type: 'text', text: first + second }] },
      { role: 'assistant', parts: [{ type: 'text', text: 'other' }] },
      { role: 'user', text: 'Q' },
    ]);
    const short = ['one', 'two'].map((text, i) => message(i, 'assistant', text));
    expect(of(short)).toHaveLength(3);
  });

  it('keeps identical messages, takes the newest, and never counts or drops the question', () => {
    const yes = Array.from({ length: 5 }, (_, i) => message(i, 'user', i < 2 ? 'no' : 'yes'));
    expect(of(yes, [], 3)).toEqual([
      ...Array<object>(3).fill({ role: 'user', text: 'yes' }),
      { role: 'user', text: 'Q' },
    ]);
    expect(of(yes, [], 3).at(-1)).toEqual({ role: 'user', text: 'Q' });
  });

  it('leaves out what this run has written and calls that never finished', () => {
    expect(
      of(
        [message(1, 'user', 'Q', 'now'), message(2, 'user', ' ')],
        [
          toolCall(3, { status: 'in_progress' }),
          toolCall(4, { runUuid: 'now' }),
          toolCall(5, { status: '', content: '' }),
        ],
      ),
    ).toEqual([{ role: 'user', text: 'Q' }]);
  });

  it('tells failures as failures, and reads rows of older engines', () => {
    const turns = of(
      [],
      [toolCall(1, { status: 'failed', content: null, notes: 'no' }), toolCall(2, { status: '' })],
    );
    expect(
      turns.flatMap((turn) => (turn.role === 'tool' ? turn.results.map((r) => [r.failed, r.text]) : [])),
    ).toEqual([
      [true, 'no'],
      [false, 'found'],
    ]);
  });

  it('takes calls that were made at once for one turn, and those of later steps, runs and turns for others', () => {
    const call = (n: number, finished: number, runUuid = 'old') =>
      toolCall(n, { updatedAt: at(finished), runUuid });
    const calls = [
      ...[call(1, 9), call(2, 7), call(3, 11)], // one answer; one row was changed again later
      call(10, 12), // asked for when these had been answered
      call(11, 13, 'other'), // meanwhile, in another run
      ...[call(20, 25), call(22, 26)], // with a word in between
    ];
    const turns = of([message(21, 'user', 'Hurry!')], calls);
    const called = turns.flatMap((turn) =>
      turn.role === 'assistant'
        ? [turn.parts.flatMap((part) => (part.type === 'tool-call' ? part.call.id : []))]
        : [],
    );
    expect(called).toEqual(
      [['t1', 't2', 't3'], ['t10'], ['t11'], ['t20'], ['t22']].map((ids) => ids.map((id) => `call_${id}`)),
    );
    const answered = turns.flatMap((turn) =>
      turn.role === 'tool' ? [turn.results.map((result) => result.call.id)] : [],
    );
    expect(answered).toEqual(called);
  });

  it('never separates a call from its result, wherever the history is cut', () => {
    const kind = fc.constantFrom('user', 'assistant', 'call');
    const limits = fc.integer({ min: 1, max: 12 });
    const spans = fc.integer({ min: 0, max: 5 });
    fc.assert(
      fc.property(fc.array(kind, { maxLength: 30 }), limits, spans, (kinds, limit, span) => {
        const turns = of(
          kinds.flatMap((k, i) => (k === 'call' ? [] : [message(i, k, `m${i}`)])),
          kinds.flatMap((k, i) => (k === 'call' ? [toolCall(i, { updatedAt: at(i + span) })] : [])),
          limit,
        );
        const called = turns.flatMap((t) =>
          t.role === 'assistant' ? t.parts.flatMap((p) => (p.type === 'tool-call' ? [p.call.id] : [])) : [],
        );
        const answered = turns.flatMap((t) => (t.role === 'tool' ? t.results.map((r) => r.call.id) : []));
        expect(answered).toEqual(called);
        expect(turns.at(-1)).toEqual({ role: 'user', text: 'Q' });
      }),
    );
  });
});
