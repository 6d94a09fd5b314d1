import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import type { ConversationMessage } from '../conversation.ts';
import { ProviderError } from '../provider-error.ts';
import { CircuitBreakers } from './circuit-breakers.ts';
import { type FailedAttempt, ModelChain, type ModelChainOptions } from './model-chain.ts';

const overloaded = (retryAfterMs?: number) =>
  new ProviderError('provider.unavailable', { retryable: true, retryAfterMs });
const limited = (retryAfterMs?: number) =>
  new ProviderError('provider.rateLimited', { retryable: true, retryAfterMs });
const tooLong = () => new ProviderError('provider.contextLength');

/** What one attempt does: fails, hangs deaf to its signal, speaks and then fails, or answers. */
type Attempt = Error | 'deaf' | { text: string; then?: Error };

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
      yield { type: 'text-delta', text: attempt.text };
      if (attempt.then) throw attempt.then;
      yield { type: 'finish', reason: 'stop', parts: [{ type: 'text', text: attempt.text }] };
    },
  };
  return { handler, requests };
}

const question: ConversationMessage = { role: 'user', text: 'Q' };

function chain(models: AgentHandler[], options: Partial<ModelChainOptions> = {}) {
  const failed: FailedAttempt[] = [];
  const choices = models.map((handler, i) => ({
    handler,
    configuration: { place: i },
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
    for await (const event of made.step(request)) if (event.type === 'text-delta') text += event.text;
    return text;
  };
  return { ask, failed };
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
    const { handler } = scripted(limited(3_600_000));
    const asked = chain([handler], { onFailedAttempt: () => stop.abort(reason) }).ask(
      [question],
      stop.signal,
    );
    await expect(asked).rejects.toBe(reason);
  });

  it('gives up a model that stays silent, even one that hears no signal', async () => {
    const { handler, requests } = scripted('deaf', 'deaf', { text: 'at last' });
    expect(await chain([handler], { timeouts: { firstTokenMs: 20 } }).ask()).toBe('at last');
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
