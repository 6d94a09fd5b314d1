import type { StepEvent } from '@agent-engine/agent-handlers';
import type { HandlerCase } from './handler-case.ts';
import { HandlerUnderTest, look, said, textOf, turnOf, withResults } from './handler-under-test.ts';

const SECRET = 'sk-secret at http://10.0.0.1';

/** What a handler does with one answer of its provider, and with what goes wrong there. */
export const describeSteps = (handlerCase: HandlerCase): void =>
  describe(`${handlerCase.name}: steps`, () => {
    const { can } = handlerCase;
    let provider: HandlerUnderTest;
    beforeAll(async () => {
      provider = await HandlerUnderTest.start(handlerCase);
    });
    afterAll(() => provider.stop());

    const failure = (...asked: Parameters<HandlerUnderTest['ask']>) =>
      provider.ask(...asked).then(
        () => undefined,
        (error: unknown) => error as Error & { code: string; retryable?: boolean; retryAfterMs?: number },
      );

    describe.each([{ stream: true }, { stream: false }])('stream: $stream', ({ stream }) => {
      const configuration = { stream };

      it.each([
        [400, 'provider.refused', false],
        [401, 'provider.authentication', false],
        [403, 'provider.authentication', false],
        [404, 'provider.refused', false],
        [429, 'provider.rateLimited', true],
        [500, 'provider.unavailable', true],
        [503, 'provider.unavailable', true],
        [529, 'provider.unavailable', true],
      ])('HTTP %i is %s, retryable: %s, in words of our own', async (status, code, retryable) => {
        const error = await failure([{ httpError: { status, message: SECRET } }], configuration);
        expect(error).toMatchObject({ code, retryable });
        expect(String(error)).not.toMatch(/sk-secret|10\.0\.0\.1/);
        expect(provider.requests).toHaveLength(1);
      });

      it('tells how long a busy provider wants to be left alone', async () => {
        const busy = { httpError: { status: 429, retryAfterSeconds: 7 } };
        expect(await failure([busy], configuration)).toMatchObject({ retryAfterMs: 7_000 });
      });

      it('takes a cut-off answer as one that is usable', async () => {
        const events = await provider.ask([{ text: 'Half of it', end: 'length' }], configuration);
        expect([textOf(events), turnOf(events).reason]).toEqual(['Half of it', 'length']);
      });

      it('takes an answer without a word as an empty one', async () => {
        const events = await provider.ask([{ text: '' }], configuration);
        expect([textOf(events), turnOf(events).reason]).toEqual(['', 'stop']);
      });

      it('takes an answer that does not obey the choice of tools for what it is', async () => {
        const wilful = { text: 'No need.' };
        const free = await provider.ask(
          [wilful],
          { ...configuration, tool_choice: 'required' },
          { tools: [look] },
        );
        expect([textOf(free), turnOf(free).reason]).toEqual(['No need.', 'stop']);
        const calling = { text: 'All the same.', toolCalls: [{ name: 'look', arguments: {} }] };
        const told = await provider.ask([calling], configuration, { tools: [look], toolChoice: 'none' });
        expect([textOf(told), turnOf(told).type]).toEqual(['All the same.', 'finish']);
      });

      it('lets go of a provider that never answers, with the reason of the signal', async () => {
        const stop = new AbortController();
        const reason = new Error('enough');
        const asked = failure([{ silent: true }], configuration, { signal: stop.signal });
        await until(() => provider.requests.length === 1);
        stop.abort(reason);
        expect(await asked).toBe(reason);
        await until(() => provider.requests[0]?.abortedByClient === true);
      });

      if (can.refuse)
        it('takes a filtered answer and a refusal as refused, and asks once', async () => {
          for (const end of ['filtered', 'refused'] as const) {
            const error = await failure([{ text: 'I had rather not', end }], configuration);
            expect(error).toMatchObject({ code: 'provider.refused', retryable: false });
            expect(provider.requests).toHaveLength(1);
          }
        });

      it('passes reasoning on, apart from the answer', async () => {
        const events = await provider.ask([{ reasoning: 'Hm, well.', text: 'So it is.' }], {
          ...configuration,
          reasoning: { effort: 'low', summary: 'auto' },
        });
        expect([textOf(events, 'reasoning-delta'), textOf(events)]).toEqual(['Hm, well.', 'So it is.']);
      });
    });

    it.each(['cut', 'end'] as const)(
      'a stream that ends (%s) before its first word may be asked again',
      async (kind) => {
        const error = await failure([{ text: 'Hello', fault: { kind, afterEvents: 0 } }]);
        expect(error).toMatchObject({ code: 'provider.unavailable', retryable: true });
      },
    );

    it.each(['cut', 'end'] as const)(
      'a stream that ends (%s) within its words is no answer',
      async (kind) => {
        const text = ['Hel', 'lo ', 'there'];
        // Where the words are differs: from the end they are in the same place everywhere.
        const pieces = await piecesOf({ text });
        const error = await failure([{ text, fault: { kind, afterEvents: pieces - 1 } }]);
        expect(error).toMatchObject({ code: 'provider.unavailable' });
      },
    );

    it('what cannot be read is malformed', async () => {
      const error = await failure([{ text: 'Hello', fault: { kind: 'malformed', afterEvents: 0 } }]);
      expect(error).toMatchObject({ code: 'provider.malformed' });
    });

    it('an error inside the stream is a failure, in words of our own', async () => {
      for (const end of [
        { error: { code: 'server_error', message: SECRET } },
        { failed: { code: 'server_error', message: SECRET } },
      ]) {
        const error = await failure([{ text: 'Well', end }]);
        expect(error).toMatchObject({ code: 'provider.unavailable' });
        expect(String(error)).not.toContain('sk-secret');
      }
    });

    it('lets go of a provider that falls silent within its answer', async () => {
      const stop = new AbortController();
      provider.play([
        {
          text: ['One ', 'two'],
          fault: { kind: 'stall', afterEvents: (await piecesOf({ text: ['One ', 'two'] })) - 2 },
        },
      ]);
      const seen: StepEvent[] = [];
      const asked = (async () => {
        for await (const event of provider.step({}, { signal: stop.signal })) {
          seen.push(event);
          stop.abort(new Error('enough'));
        }
      })();
      await expect(asked).rejects.toThrow('enough');
      expect(textOf(seen)).not.toBe('');
      await until(() => provider.requests[0]?.abortedByClient === true);
    });

    it('lets go of the provider when nobody listens any more', async () => {
      provider.play([{ text: ['One ', 'two ', 'three'], delayMs: 50 }]);
      for await (const event of provider.step()) if (event.type === 'text-delta') break;
      await until(() => provider.requests[0]?.abortedByClient === true);
    });

    it('holds nothing back, a < least of all', async () => {
      const text = ['if a <', ' b and <b', 'old', '> so', ' be it <'];
      const events = await provider.ask([{ text }]);
      const deltas = events.filter((event) => event.type === 'text-delta');
      expect(deltas.length).toBeGreaterThanOrEqual(text.length);
      expect(textOf(events)).toBe(text.join(''));
    });

    if (handlerCase.structured)
      it('grows a structured answer until it is whole', async () => {
        const schema = {
          type: 'object',
          properties: { orderId: { type: 'string' }, items: { type: 'array' } },
        };
        const whole = { orderId: 'A-1', items: ['rocket skates', 'giant magnet', 'bird seed'] };
        const text = JSON.stringify(whole).match(/.{1,9}/g) ?? [];
        const events = await provider.ask([{ text }], handlerCase.structured?.(schema));
        const objects = events.flatMap((event) => (event.type === 'object' ? [event.value] : []));
        expect(objects.length).toBeGreaterThan(2);
        expect(objects.at(-1)).toEqual(whole);
        expect(objects[0]).not.toEqual(whole);
        expect(textOf(events)).toBe(JSON.stringify(whole));
        expect(said(provider.asked)).toContain('"orderId":{"type":"string"}');
      });

    if (handlerCase.account)
      it('takes the operator’s key only where the agent has none, and never to a server an agent names', async () => {
        await provider.ask([{ text: 'Hi' }]);
        expect(handlerCase.key.of(provider.asked)).toBe('operator-key');
        const own = new URL(provider.server.endpoint).origin;
        await provider.ask([{ text: 'Hi' }], { base_url: own, [handlerCase.key.setting]: 'own-key' });
        expect(JSON.stringify(provider.requests[0]?.headers)).not.toContain('operator-key');
        expect(handlerCase.key.of(provider.asked)).toBe('own-key');
      });

    it('is asked at no server inside, whatever an agent names', async () => {
      const inside = { base_url: 'http://169.254.169.254/', [handlerCase.key.setting]: 'own-key' };
      expect(await failure([], inside)).toMatchObject({ code: 'egress.forbidden' });
    });

    it('hears nothing of the loop’s settings, and changes nothing it is given', async () => {
      const ofTheLoop = {
        enabled_tools: ['look'],
        max_retries: 1,
        max_tool_rounds: 3,
        max_parallel_tools: 2,
      };
      const first = await provider.ask([{ toolCalls: [{ name: 'look', arguments: {} }] }], ofTheLoop, {
        tools: [look],
      });
      const messages = withResults(turnOf(first).parts);
      const given = deepFrozen({ messages, tools: [look], instructions: 'Be brief.' });
      await provider.ask([{ text: 'There.' }], ofTheLoop, given);
      for (const setting of Object.keys(ofTheLoop)) expect(said(provider.asked)).not.toContain(setting);
    });

    it('keeps what a model said through a journal', async () => {
      const first = await provider.ask([
        {
          reasoning: 'I look it up.',
          text: 'Let me see.',
          toolCalls: [{ name: 'look', arguments: { orderId: '7' } }],
        },
      ]);
      const { parts, reason } = turnOf(first);
      expect(reason).toBe('tool-calls');
      await provider.ask([{ text: 'There.' }], {}, { messages: withResults(parts), tools: [look] });
      const second = said(provider.asked);
      for (const words of ['Where is it?', 'Let me see.', 'result 0', 'orderId'])
        expect(second).toContain(words);
    });

    it('shows a picture that comes with the question', async () => {
      const content = Buffer.from('not really a picture').toString('base64');
      const file = { filename: 'a.png', mediaType: 'image/png', content };
      const messages = [{ role: 'user' as const, text: 'Look', files: [file] }];
      await provider.ask([{ text: 'I see.' }], {}, { messages });
      expect(said(provider.asked)).toContain(content);
    });

    /** How many pieces an answer has on this wire. */
    async function piecesOf(step: { text: readonly string[] }): Promise<number> {
      for (let count = 1; ; count++) {
        const error = await failure([{ ...step, fault: { kind: 'end', afterEvents: count } }]);
        if (error === undefined) return count;
      }
    }

    async function until(condition: () => boolean): Promise<void> {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

function deepFrozen<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFrozen(inner);
  return Object.freeze(value);
}
