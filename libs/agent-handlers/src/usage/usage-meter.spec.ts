import type { RunEvent } from '../loop/run-event.ts';
import { UsageMeter } from './usage-meter.ts';

const usage = (promptTokens: number, completionTokens: number): RunEvent => ({
  type: 'usage',
  usage: {
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens,
    cachedTokens: 3,
    reasoningTokens: 1,
  },
});
const call = { id: 'c', name: 'n', arguments: '{}', step: 0, index: 0, idempotencyKey: 'k' };
const begin: RunEvent = { type: 'step-started', step: 0 };
const end: RunEvent = { type: 'step-finished', step: 0, model: 'gpt-real' };
const said = (length: number): RunEvent => ({ type: 'text-delta', text: 'x'.repeat(length) });

function metered(...events: RunEvent[]) {
  const meter = new UsageMeter();
  meter.prompt([{ role: 'user', text: 'x'.repeat(400) }], 'x'.repeat(100));
  events.forEach((event) => meter.observe(event));
  return meter.total();
}

describe('UsageMeter', () => {
  it('sums what providers report, cached and reasoning tokens too', () => {
    expect(metered(begin, said(8), usage(100, 5), end, begin, said(4), usage(120, 7), end)).toEqual({
      tokens: {
        promptTokens: 220,
        completionTokens: 12,
        totalTokens: 232,
        cachedTokens: 6,
        reasoningTokens: 2,
      },
      estimated: false,
      steps: 2,
      model: 'gpt-real',
    });
  });

  it('estimates a step that was stopped while it spoke, from what it had read and said, and says so', () => {
    expect(metered(begin, said(40))).toMatchObject({
      tokens: { promptTokens: 125, completionTokens: 10, totalTokens: 135 },
      estimated: true,
    });
    const finished: RunEvent = {
      type: 'tool-finished',
      call,
      text: 'x'.repeat(80),
      failed: false,
      timeSpentMs: 1,
    };
    expect(metered(begin, usage(100, 10), end, finished, begin, said(4))).toMatchObject({
      tokens: { promptTokens: 100 + 110 + 20, completionTokens: 11 },
      estimated: true,
    });
  });

  it('counts nothing for a step that was refused', () => {
    expect(metered(begin)).toMatchObject({ tokens: { totalTokens: 0 }, estimated: false, steps: 1 });
  });
});
