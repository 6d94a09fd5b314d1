import { jest } from '@jest/globals';
import { type PushedFrame, RunTracker } from './run-tracker.ts';

const text = (run: string, end = false): PushedFrame => ({
  message_group_id: `c-${run}`,
  chunk_delta: '',
  is_message_end: end,
});
const result = (extra: object = {}): PushedFrame => ({ type: 'result', result: extra, status: 'completed' });
const error: PushedFrame = { type: 'error', detail: 'provider.unavailable: Try again.' };

describe('RunTracker', () => {
  /** Whether it is busy after a question of run `one`, its frames, a question of run `two`, and `then`. */
  function busyAfter(first: PushedFrame[], then: PushedFrame[] = [], idOfSecond: string | undefined = 'two') {
    const tracker = new RunTracker('c');
    tracker.begin('one', 60_000, () => {});
    first.forEach((frame) => tracker.observe(frame));
    const afterFirst = tracker.busy;
    tracker.begin(idOfSecond, 60_000, () => {});
    then.forEach((frame) => tracker.observe(frame));
    const afterSecond = tracker.busy;
    tracker.end();
    return [afterFirst, afterSecond];
  }

  it.each<[string, PushedFrame[], boolean]>([
    ['text', [text('one')], true],
    ['the end of reasoning', [text('one-rs#0', true)], true],
    ['a tool call', [{ type: 'tool_call', name: 'find' }], true],
    ['a text with a status in it', [{ ...text('one'), status: 'streaming' }], true],
    ['frames of another run', [text('zero', true), result({ run_uuid: 'zero' })], true],
    ['the end of the answer', [text('one', true)], false],
    ['a result alone', [result({ run_uuid: 'one' })], false],
    ['a result that names no run', [result()], false],
    ['an error alone', [error], false],
  ])('knows after %s whether the run goes on', (_, frames, busy) => {
    expect(busyAfter(frames)[0]).toBe(busy);
  });

  it.each<[string, PushedFrame[], PushedFrame[], boolean]>([
    ['a result that trails the end before', [text('one', true)], [result()], true],
    ['an error that trails the end before', [text('one', true)], [error], true],
    ['a named result of the run before', [text('one', true)], [result({ current_run_uuid: 'one' })], true],
    ['one trailer and then its own', [text('one', true)], [result(), result()], false],
    ['its own error after a complete run', [text('one', true), result()], [error], false],
    ['its own end', [text('one', true)], [text('two'), text('two', true)], false],
  ])('does not take for its own, or takes, %s', (_, first, then, busy) => {
    expect(busyAfter(first, then)[1]).toBe(busy);
    expect(busyAfter(first, then, undefined)[1]).toBe(busy);
  });

  it('is over before the asker has learnt the id of its run', () => {
    const tracker = new RunTracker('c');
    tracker.begin(undefined, 60_000, () => {});
    tracker.observe(text('fast', true));
    tracker.accepted('fast');
    expect(tracker.busy).toBe(false);
  });

  it('gives up after silence, which each frame breaks', () => {
    jest.useFakeTimers();
    try {
      const given = jest.fn();
      const tracker = new RunTracker('c');
      tracker.begin('one', 1_000, given);
      jest.advanceTimersByTime(900);
      tracker.observe(text('one'));
      jest.advanceTimersByTime(900);
      expect([tracker.busy, given.mock.calls.length]).toEqual([true, 0]);
      jest.advanceTimersByTime(100);
      expect([tracker.busy, given.mock.calls.length]).toEqual([false, 1]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('lets no frame pass twice, however late it is repeated; another question begins to count anew', () => {
    const tracker = new RunTracker('c');
    const passing = (frames: PushedFrame[]) =>
      frames.map((frame) => {
        const admitted = tracker.admits(frame);
        if (admitted) tracker.observe(frame);
        return admitted;
      });
    const old = (index: number, group = 'c-one') => ({
      message_group_id: group,
      index,
      chunk_delta: `${index}`,
    });
    const seq = (number: number) => ({ ...old(0), chunk_delta: 'x', type: 'text', seq: number });
    tracker.begin('one', 60_000, () => {});
    expect(
      passing([old(0), old(0), old(1), old(0), old(1), old(0, 'c-one-rs#0'), old(1_000_000), old(2)]),
    ).toEqual([true, false, true, false, false, true, true, false]);
    tracker.begin('one', 60_000, () => {});
    expect(passing([seq(1), seq(1), seq(2), seq(1), seq(3)])).toEqual([true, false, true, false, true]);
    // What another socket's frames say is not this one's business: they are sent again to whoever comes back.
    expect(passing([old(0, 'd-two'), old(0, 'd-two')])).toEqual([true, true]);
    tracker.end();
  });

  it('lets nothing of an ended run pass but each notice of its end, once', () => {
    const tracker = new RunTracker('c');
    tracker.begin('one', 60_000, () => {});
    const failed = { type: 'error', run_uuid: 'one', detail: 'x' };
    const finished = { type: 'run.finished', run_uuid: 'one', status: 'failed', result: {} };
    const attempt = [text('one'), text('one', true), failed, finished];
    const passing = [...attempt, { type: 'run.resumed', run_uuid: 'one' }, ...attempt, text('two')].map(
      (frame) => {
        const admitted = tracker.admits(frame);
        if (admitted) tracker.observe(frame);
        return admitted;
      },
    );
    expect(passing).toEqual([true, true, true, true, false, false, false, false, false, true]);
  });
});
