import { type Tool, runAgent, type RunEvent } from '@agent-engine/agent-handlers';
import type { ScriptedStep } from '../provider/script.ts';
import type { HandlerCase } from './handler-case.ts';
import { HandlerUnderTest, said } from './handler-under-test.ts';

/** Names and values that careless code renames, coerces or drops. */
const ARGUMENTS = [
  { orderId: '007', 'X-Custom': '', nested: { camelCase: [null, 1.5, true], snake_case: {} } },
  { orderId: 'B-2' },
  { orderId: 'C-3', note: 'a < b, “ü” and \\n' },
];

const SCHEMA = {
  type: 'object',
  properties: { orderId: { type: 'string', default: '007' }, 'X-Custom': { type: 'string' } },
  required: ['orderId'],
};

type Outcome = 'ok' | 'fail' | 'unknown';

/** The tool an agent has. It finishes in the reverse of call order, so that order cannot come by itself. */
function lookup(outcome: Outcome, seen: object[]): Tool {
  return {
    name: 'getOrderStatus',
    description: 'Status of an order',
    inputSchema: SCHEMA,
    run: async (args) => {
      seen.push(args);
      const orderId = args.orderId as string;
      const place = ARGUMENTS.findIndex((one) => one.orderId === orderId);
      await new Promise((resolve) => setTimeout(resolve, (ARGUMENTS.length - place) * 10));
      return { text: `status of ${orderId}`, failed: outcome === 'fail' };
    },
  };
}

/** What a handler does with tools: as many calls as there are, streamed and whole, whatever becomes of them. */
export const describeToolRounds = (handlerCase: HandlerCase): void =>
  describe(`${handlerCase.name}: tools`, () => {
    let provider: HandlerUnderTest;
    beforeAll(async () => {
      provider = await HandlerUnderTest.start(handlerCase);
    });
    afterAll(() => provider.stop());

    async function ask(tools: readonly Tool[], configuration: object = {}) {
      const events: RunEvent[] = [];
      const { handler } = provider;
      const answer = await runAgent({
        runId: 'run',
        handler,
        configuration: provider.configured({ [handlerCase.key.setting]: 'own-key', ...configuration }),
        defaultModel: 'model-1',
        instructions: 'Be brief.',
        messages: [{ role: 'user', text: 'Where are my orders?' }],
        tools,
        limits: { maxToolRounds: 4, toolConcurrency: 8, toolTimeoutMs: 20_000 },
        signal: AbortSignal.timeout(60_000),
        observe: (event) => void events.push(event),
      });
      return { answer, events };
    }

    const rows = [true, false].flatMap((stream) =>
      (['ok', 'fail', 'unknown'] as const).flatMap((outcome) =>
        [0, 1, 3].map((calls) => ({ stream, calls, outcome })),
      ),
    );

    it.each(rows)('stream: $stream, $calls tool calls, $outcome', async ({ stream, calls, outcome }) => {
      const name = outcome === 'unknown' ? 'unheard_of' : 'getOrderStatus';
      const usage = { inputTokens: 30, outputTokens: 12, cachedTokens: 8, reasoningTokens: 3 };
      const steps: ScriptedStep[] = [
        ...(calls === 0
          ? []
          : [
              {
                text: 'Let me see. ',
                toolCalls: ARGUMENTS.slice(0, calls).map((args) => ({ name, arguments: args })),
                usage,
              },
            ]),
        { text: ['All ', 'told.'], usage },
      ];
      provider.play(steps);
      const seen: object[] = [];
      const { answer, events } = await ask([lookup(outcome, seen)], { stream });

      expect(answer.text).toBe(calls === 0 ? 'All told.' : 'Let me see. All told.');
      const { requests } = provider;
      expect(requests).toHaveLength(steps.length);
      for (const request of requests) {
        expect(handlerCase.key.of(request)).toBe('own-key');
        expect(handlerCase.isStreamed(request)).toBe(stream);
        expect(said(request)).toContain('Be brief.');
        expect(said(request)).toContain('"orderId":{"type":"string","default":"007"}');
      }
      expect(answer.usage).toMatchObject({
        promptTokens: 30 * steps.length,
        completionTokens: 12 * steps.length,
        totalTokens: 42 * steps.length,
        cachedTokens: handlerCase.can.cachedTokens ? 8 * steps.length : 0,
        reasoningTokens: handlerCase.can.reasoningTokens ? 3 * steps.length : 0,
      });

      const made = ARGUMENTS.slice(0, calls);
      expect(seen).toEqual(outcome === 'unknown' ? [] : made);
      const finished = events.filter((event) => event.type === 'tool-finished');
      expect(finished.map(({ call }) => call.index).sort()).toEqual(made.map((_, index) => index));
      for (const { failed } of finished) expect(failed).toBe(outcome !== 'ok');
      if (calls > 0) expectResults(said(requests[1]!), outcome === 'unknown' ? [] : made);
    });

    /** What the tools said is told once each, in call order, and so are the arguments, letter by letter. */
    function expectResults(second: string, made: readonly { orderId: string }[]) {
      const places = made.map(({ orderId }) => second.indexOf(`status of ${orderId}`));
      expect(places).toEqual([...places].sort((one, other) => one - other));
      for (const [index, args] of made.entries()) {
        expect(places[index]).toBeGreaterThan(0);
        expect(second.split(`status of ${args.orderId}`)).toHaveLength(2);
        const written = [JSON.stringify(args), JSON.stringify(JSON.stringify(args)).slice(1, -1)];
        expect(written.some((form) => second.includes(form))).toBe(true);
      }
    }

    it('lets a model that never stops asking answer without tools in the end', async () => {
      provider.play((request) =>
        handlerCase.offersTools(request)
          ? { toolCalls: [{ name: 'getOrderStatus', arguments: { orderId: 'B-2' } }] }
          : { text: 'That is all I know.' },
      );
      const { answer } = await ask([lookup('ok', [])]);
      expect(answer.text).toBe('That is all I know.');
      expect(provider.requests).toHaveLength(5);
    });

    if (handlerCase.can.brokenArguments)
      it('tells a model whose arguments are no JSON that they are none', async () => {
        provider.play([
          { toolCalls: [{ name: 'getOrderStatus', arguments: '{"orderId": ' }] },
          { text: 'Then not.' },
        ]);
        const seen: object[] = [];
        const { answer, events } = await ask([lookup('ok', seen)]);
        expect([answer.text, seen]).toEqual(['Then not.', []]);
        expect(events).toContainEqual(expect.objectContaining({ type: 'tool-finished', failed: true }));
        // It sees its own mistake, in its own words, however they are escaped.
        const back = JSON.stringify(provider.requests.at(-1)?.body).replaceAll('\\', '');
        expect(back).toContain('{"orderId": ');
      });

    it('keeps the accounts of overlapping runs apart', async () => {
      provider.play(async (request, index) => {
        await new Promise((resolve) => setTimeout(resolve, (index * 7) % 20));
        return { text: `for ${handlerCase.key.of(request)}` };
      });
      const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
      const answers = await Promise.all(keys.map((key) => ask([], { [handlerCase.key.setting]: key })));
      expect(answers.map(({ answer }) => answer.text)).toEqual(keys.map((key) => `for ${key}`));
    });
  });
