import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import { type ConversationMessage, NO_USAGE } from '../conversation.ts';
import { ProviderError } from '../provider-error.ts';
import { CircuitBreakers } from './circuit-breakers.ts';
import { type FailedAttempt, ModelChain, type ModelChainOptions } from './model-chain.ts';

const overloaded = (retryAfterMs?: number) =>
  new ProviderError('provider.unavailable', { retryable: true, retryAfterMs });
const limited = (retryAfterMs?: number) =>
  new ProviderError('provider.rateLimited', { retryable: true, retryAfterMs });
const tooLong = () => new ProviderError('provider.contextLength');

/** What one attempt does: fails, hangs deaf to its signal, speaks and then fails, or answers. */
type Attempt =
  | Error
  | 'deaf'
  | {
      text: string;
      then?: Error;
      thought?: string;
      reason?: 'stop' | 'length';
      tokens?: number;
      /** Between the text and the end, in milliseconds. */
      lingers?: number;
    };

function scripted(...attempts: Attempt[]) {
  const requests: StepRequest[] = [];
  const handler: AgentHandler = {
    id: { moduleName: 'scripted', className: 'Scripted' },
    configuration: z.unknown(),
    async *step(request): AsyncGenerator<StepEvent> {
      const attempt = attempts[requests.push(request) - 1] ?? { text: 'again' };
      await delay(1);
      if (attempt === 'deaf') await new Promise(() => {});
      if (attempt instanceof Error) throw attempt;
      if (typeof attempt === 'string') return;
      const { text, thought, reason = 'stop', tokens, lingers } = attempt;
      if (thought) yield { type: 'reasoning-delta', text: thought, block: '0' };
      if (text) yield { type: 'text-delta', text };
      if (tokens) yield { type: 'usage', usage: { ...NO_USAGE, totalTokens: tokens } };
      if (lingers) await delay(lingers);
      if (attempt.then) throw attempt.then;
      yield { type: 'finish', reason, parts: [{ type: 'text', text }] };
    },
  };
  return { handler, requests };
}

const question: ConversationMessage = { role: 'user', text: 'Q' };

function chain(models: AgentHandler[], options: Partial<ModelChainOptions> & { settings?: object } = {}) {
  const failed: FailedAttempt[] = [];
  const tokens: number[] = [];
  const choices = models.map((handler, i) => ({
    handler,
    configuration: { place: i, ...options.settings },
    defaultModel: `model-${i}`,
    account: `account-${i}`,
  }));
  const made = new ModelChain(choices as [(typeof choices)[number]], {
    breakers: new CircuitBreakers(),
    retry: { retries: 2, baseDelayMs: 1 },
    onFailedAttempt: (attempt) => failed.push(attempt),
    ...options,
  });
  const ask = async (messages: ConversationMessage[] = [question], signal = new AbortController().signal) => {
    let text = '';
    const request = { configuration: undefined, defaultModel: '', messages, tools: [], signal };
    for await (const event of made.step(request)) {
      if (event.type === 'text-delta') text += event.text;
      if (event.type === 'usage') tokens.push(event.usage.totalTokens);
    }
    return text;
  };
  return { ask, failed, tokens, made };
}

describe('ModelChain', () => {
  it('tries again what may pass, then gives up with the failure as it was', async () => {
    const passing = scripted(overloaded(), limited(), { text: 'fine' });
    expect(await chain([passing.handler]).ask()).toBe('fine');
    expect(passing.requests).toHaveLength(3);

    const last = limited();
    const lasting = scripted(overloaded(), overloaded(), last, { text: 'too late' });
    await expect(chain([lasting.handler]).ask()).rejects.toBe(last);
    expect(lasting.requests).toHaveLength(3);
  });

  it.each(['provider.authentication', 'provider.refused', 'provider.malformed'] as const)(
    'never repeats %s',
    async (code) => {
      const { handler, requests } = scripted(new ProviderError(code));
      await expect(chain([handler]).ask()).rejects.toMatchObject({ code });
      expect(requests).toHaveLength(1);
    },
  );

  it('neither repeats nor replaces an answer that has begun', async () => {
    const first = scripted({ text: 'Half', then: overloaded() });
    const second = scripted();
    await expect(chain([first.handler, second.handler]).ask()).rejects.toMatchObject({
      code: 'provider.unavailable',
    });
    expect([first.requests.length, second.requests.length]).toEqual([1, 0]);
  });

  it.each([0, 1, 4])('makes as many further attempts as the agent says: %i', async (max_retries) => {
    const { handler, requests } = scripted(...Array.from({ length: 9 }, () => overloaded()));
    await expect(chain([handler], { settings: { max_retries } }).ask()).rejects.toMatchObject({
      code: 'provider.unavailable',
    });
    expect(requests).toHaveLength(max_retries + 1);
  });

  describe('an answer without a word', () => {
    const empty = { text: '', tokens: 5 };

    it.each([[empty], [{ text: ' \n', tokens: 5 }], [{ ...empty, thought: 'Hm.' }]])(
      'is asked for again, in the same words, and paid for: %j',
      async (nothing) => {
        const { handler, requests } = scripted(nothing, nothing, { text: 'There.', tokens: 7 });
        const { ask, failed, tokens } = chain([handler]);
        expect((await ask()).trim()).toBe('There.');
        expect(requests.map(({ messages }) => messages)).toEqual([[question], [question], [question]]);
        expect(failed.map(({ next }) => next)).toEqual(['retry', 'retry']);
        expect(tokens).toEqual([17]);
      },
    );

    it('is a failure in the end', async () => {
      const { handler, requests } = scripted(empty, empty, empty, { text: 'too late' });
      const { ask, tokens } = chain([handler]);
      await expect(ask()).rejects.toMatchObject({
        code: 'provider.malformed',
        message: 'The model ended without an answer.',
      });
      expect([requests.length, tokens]).toEqual([3, [15]]);
    });

    it('is another model’s to give', async () => {
      const first = scripted(empty, empty, empty);
      const { ask, tokens } = chain([first.handler, scripted({ text: 'I can', tokens: 1 }).handler]);
      expect(await ask()).toBe('I can');
      expect(tokens).toEqual([16]);
    });

    it('is none where the model was cut off, or spoke before it called a tool', async () => {
      const cut = scripted({ ...empty, reason: 'length' });
      await chain([cut.handler]).ask();
      expect(cut.requests).toHaveLength(1);
      const call = { id: 'c', name: 'lookup', arguments: '{}' };
      const round = (text: string): ConversationMessage[] => [
        { role: 'assistant', parts: [{ type: 'text', text: 'Said before the question.' }] },
        question,
        {
          role: 'assistant',
          parts: [
            { type: 'text', text },
            { type: 'tool-call', call },
          ],
        },
        { role: 'tool', results: [{ call, text: 'found', failed: false }] },
      ];
      const spoken = scripted(empty);
      expect(await chain([spoken.handler]).ask(round('It is on its way.'))).toBe('');
      expect(spoken.requests).toHaveLength(1);
      const silent = scripted(empty, { text: 'Found.' });
      expect(await chain([silent.handler]).ask(round(''))).toBe('Found.');
    });
  });

  it('tells what was used before a failure, and before the run was stopped', async () => {
    const refused = chain([
      scripted({ text: '', tokens: 3, then: new ProviderError('provider.refused') }).handler,
    ]);
    await expect(refused.ask()).rejects.toMatchObject({ code: 'provider.refused' });
    expect(refused.tokens).toEqual([3]);
    const stop = new AbortController();
    const stopped = chain([scripted({ text: '', tokens: 3 }).handler], {
      onFailedAttempt: () => stop.abort(new Error('cancelled')),
    });
    await expect(stopped.ask([question], stop.signal)).rejects.toThrow('cancelled');
    expect(stopped.tokens).toEqual([3]);
  });

  it('waits as long as it is asked to, but not when the run would be over by then', async () => {
    const soon = chain([scripted(limited(20), { text: 'fine' }).handler], {
      deadlineAt: Date.now() + 60_000,
    });
    expect(await soon.ask()).toBe('fine');
    expect(soon.failed[0]?.waitMs).toBeGreaterThanOrEqual(20);

    const { handler, requests } = scripted(limited(3_600_000), { text: 'never' });
    await expect(chain([handler], { deadlineAt: Date.now() + 60_000 }).ask()).rejects.toMatchObject({
      code: 'provider.rateLimited',
    });
    expect(requests).toHaveLength(1);
  });

  it('stops waiting when the run is stopped', async () => {
    const stop = new AbortController();
    const reason = new Error('cancelled');
    const { handler, requests } = scripted(limited(3_600_000));
    const asked = chain([handler], { onFailedAttempt: () => stop.abort(reason) }).ask(
      [question],
      stop.signal,
    );
    await expect(asked).rejects.toBe(reason);
    expect(requests).toHaveLength(1);
  });

  it('gives up a model that stays silent, even one that hears no signal', async () => {
    const { handler, requests } = scripted('deaf', 'deaf', { text: 'at last' });
    expect(await chain([handler], { timeouts: { firstTokenMs: 20 } }).ask()).toBe('at last');
    const slow = scripted({ text: 'begun in time', lingers: 100 });
    expect(await chain([slow.handler], { timeouts: { firstTokenMs: 50 } }).ask()).toBe('begun in time');
    expect(slow.requests).toHaveLength(1);
    expect(requests).toHaveLength(3);
    expect(requests[0]?.signal.aborted).toBe(true);
    const deaf = scripted('deaf');
    await expect(chain([deaf.handler], { timeouts: { stepMs: 20 } }).ask()).rejects.toMatchObject({
      code: 'provider.timedOut',
    });
    expect(deaf.requests).toHaveLength(1);
  });

  it('passes on to the next model what this one cannot do, and stays there', async () => {
    const first = scripted(new ProviderError('provider.authentication'));
    const second = scripted(overloaded(), { text: 'I can' }, { text: 'still me' });
    const { ask, failed } = chain([first.handler, second.handler]);
    expect([await ask(), await ask()]).toEqual(['I can', 'still me']);
    expect(first.requests).toHaveLength(1);
    expect(second.requests.at(-1)).toMatchObject({ configuration: { place: 1 }, defaultModel: 'model-1' });
    expect(failed.map(({ model, next }) => [model, next])).toEqual([
      [0, 'fallback'],
      [1, 'retry'],
    ]);
  });

  it('does not wait long for a busy model when there is another', async () => {
    const first = scripted(limited(30_000));
    const second = scripted({ text: 'I can' });
    expect(await chain([first.handler, second.handler]).ask()).toBe('I can');
  });

  it('does not ask another model what was refused', async () => {
    const second = scripted();
    const refusing = scripted(new ProviderError('provider.refused')).handler;
    await expect(chain([refusing, second.handler]).ask()).rejects.toMatchObject({ code: 'provider.refused' });
    expect(second.requests).toHaveLength(0);
  });

  it('tells another provider nothing that only the one before can read', async () => {
    const call = { id: 'c', name: 'lookup', arguments: '{}' };
    const messages: ConversationMessage[] = [
      question,
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'hm', providerData: { one: { signature: 's' } } },
          { type: 'tool-call', call, providerData: { one: { itemId: 'i' } } },
        ],
      },
      { role: 'tool', results: [{ call, text: 'found', failed: false }] },
    ];
    const first = scripted(new ProviderError('provider.authentication'));
    const second = scripted();
    const { ask } = chain([first.handler, second.handler]);
    await ask(messages);
    expect(second.requests[0]?.messages[1]).toEqual({
      role: 'assistant',
      parts: [{ type: 'tool-call', call }],
    });
    const own: ConversationMessage = {
      role: 'assistant',
      parts: [{ type: 'reasoning', text: 'mine', providerData: { two: {} } }],
    };
    await ask([...messages, own]);
    expect(second.requests[1]?.messages.at(-1)).toEqual(own);
  });

  it('goes on with the model that an earlier attempt was on, and tells it what it could read then', async () => {
    const own = (one: string): ConversationMessage => ({
      role: 'assistant',
      parts: [{ type: 'reasoning', text: one, providerData: { [one]: {} } }],
    });
    const [first, second] = [scripted(), scripted()];
    const { ask, made } = chain([first.handler, second.handler]);
    const request = { configuration: undefined, defaultModel: '', tools: [], signal: AbortSignal.any([]) };
    const restored = [question, own('first')];
    made.restore({ ...request, messages: [question] }, 0);
    made.restore({ ...request, messages: restored }, 1);
    expect(await ask([...restored, own('second')])).toBe('again');
    expect([first.requests.length, second.requests.length]).toEqual([0, 1]);
    expect(second.requests[0]?.messages.slice(1)).toEqual([{ role: 'assistant', parts: [] }, own('second')]);
    made.restore({ ...request, messages: restored }, 7); // the agent has fewer models now
    await ask();
    expect(second.requests).toHaveLength(2);
  });

  it('leaves an account alone that only fails, for all runs, and tries it again after a rest', async () => {
    const breakers = new CircuitBreakers({ failures: 3, restMs: 50 });
    const { handler, requests } = scripted(overloaded(), overloaded(), overloaded());
    const run = () => chain([handler], { breakers, retry: { retries: 0, baseDelayMs: 1 } }).ask();
    for (let i = 0; i < 3; i++) await expect(run()).rejects.toMatchObject({ code: 'provider.unavailable' });
    await expect(run()).rejects.toMatchObject({ code: 'provider.unavailable' });
    expect(requests).toHaveLength(3);
    expect(await chain([handler], { breakers }).ask()).toBe('again'); // waits for the end of the rest
    expect(requests).toHaveLength(4);
  });

  it('does not hold against an account that its model refuses questions', async () => {
    const breakers = new CircuitBreakers({ failures: 1 });
    const { handler } = scripted(new ProviderError('provider.refused'), { text: 'fine' });
    await expect(chain([handler], { breakers }).ask()).rejects.toMatchObject({ code: 'provider.refused' });
    expect(await chain([handler], { breakers }).ask()).toBe('fine');
  });

  it('shortens a conversation that is too long, never the question and never half a call', async () => {
    const turn = (n: number): ConversationMessage[] => {
      const call = { id: `c${n}`, name: 'lookup', arguments: '{}' };
      return [
        { role: 'user', text: `old ${n}` },
        { role: 'assistant', parts: [{ type: 'tool-call', call }] },
        { role: 'tool', results: [{ call, text: 'x'.repeat(9_000), failed: false }] },
      ];
    };
    const [, ...now] = turn(9);
    const messages = [...turn(1), ...turn(2), ...turn(3), question, ...now];
    const attempts = Array.from({ length: 6 }, tooLong);
    const { handler, requests } = scripted(...attempts, { text: 'fits' });
    const { ask } = chain([handler]);
    expect(await ask(messages)).toBe('fits');
    const lengths = requests.map((request) => JSON.stringify(request.messages).length);
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    expect(new Set(lengths).size).toBe(lengths.length);
    for (const { messages: said } of requests) {
      expect(said.filter((message) => message.role === 'user' && message.text === 'Q')).toHaveLength(1);
      const calls = said.flatMap((m) =>
        m.role === 'assistant' ? m.parts.flatMap((p) => (p.type === 'tool-call' ? [p.call.id] : [])) : [],
      );
      expect(said.flatMap((m) => (m.role === 'tool' ? m.results.map((r) => r.call.id) : []))).toEqual(calls);
    }
    await ask([...messages, { role: 'assistant', parts: [] }]);
    expect(requests.at(-1)?.messages.length).toBeLessThan(messages.length); // not learnt anew in every step
    const hopeless = scripted(...Array.from({ length: 9 }, tooLong));
    await expect(chain([hopeless.handler]).ask()).rejects.toMatchObject({ code: 'provider.contextLength' });
    expect(hopeless.requests).toHaveLength(1);
  });
});
