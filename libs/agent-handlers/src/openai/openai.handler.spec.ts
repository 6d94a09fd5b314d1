import { setTimeout as delay } from 'node:timers/promises';
import type { StepEvent, StepRequest } from '../agent-handler.ts';
import { createEgressGuard } from '../egress/guarded-fetch.ts';
import { OpenAiHandler } from './openai.handler.ts';

type Sent = { url: string; headers: Record<string, string>; body: Record<string, never> };
type Answer = () => Response | Promise<Response>;

/** The provider's side of the wire: one scripted answer per request. */
function provider(...answers: Answer[]) {
  const sent: Sent[] = [];
  const handler = new OpenAiHandler({
    openai: { apiKey: 'operator-key' },
    retry: { retries: 2, baseDelayMs: 1, maxDelayMs: 1_000 },
    egress: {
      check: createEgressGuard([]).check,
      fetch: (url, init) => {
        sent.push({
          url: url as string,
          headers: Object.fromEntries(new Headers(init?.headers)),
          body: JSON.parse(init?.body as string) as Record<string, never>,
        });
        const answer = answers[sent.length - 1];
        return answer ? Promise.resolve(answer()) : Promise.reject(new Error('asked too often'));
      },
    },
  });
  return { handler, sent };
}

const events = (list: object[], end: 'close' | 'cut' = 'close'): Answer => {
  const lines = list.map((event) => new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`));
  return () =>
    new Response(
      new ReadableStream<Uint8Array>({
        async pull(controller) {
          const line = lines.shift();
          if (line) controller.enqueue(line);
          else if (end === 'close') controller.close();
          else {
            await delay(20); // an error throws away what has not been read yet
            controller.error(new TypeError('terminated'));
          }
        },
      }),
      { headers: { 'content-type': 'text/event-stream' } },
    );
};

const failure =
  (status: number, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(
      JSON.stringify({ error: { message: 'Incorrect key sk-secret at http://10.0.0.1', type: 'x' } }),
      {
        status,
        headers: { 'content-type': 'application/json', ...headers },
      },
    );

const created = { type: 'response.created', response: { id: 'resp_1', created_at: 0, model: 'gpt-x' } };
const usage = {
  input_tokens: 11,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 2 },
};
const completed = { type: 'response.completed', response: { usage } };
const text = (...deltas: string[]) => [
  { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'msg_1' } },
  ...deltas.map((delta) => ({ type: 'response.output_text.delta', item_id: 'msg_1', delta })),
  { type: 'response.output_item.done', output_index: 0, item: { type: 'message', id: 'msg_1' } },
];
const functionCall = (index: number, name: string, args: string) => {
  const item = { type: 'function_call', id: `fc_${index}`, call_id: `call_${index}`, name };
  return [
    { type: 'response.output_item.added', output_index: index, item: { ...item, arguments: '' } },
    { type: 'response.function_call_arguments.delta', item_id: item.id, output_index: index, delta: args },
    {
      type: 'response.output_item.done',
      output_index: index,
      item: { ...item, arguments: args, status: 'completed' },
    },
  ];
};

const lookup = {
  name: 'lookup',
  description: 'Looks up',
  inputSchema: { type: 'object', properties: { orderId: {} } },
};

async function step(
  handler: OpenAiHandler,
  request: Partial<Omit<StepRequest, 'configuration'>> & { configuration?: object } = {},
): Promise<StepEvent[]> {
  const { configuration, ...rest } = request;
  const seen: StepEvent[] = [];
  const answer = handler.step({
    defaultModel: 'gpt-x',
    messages: [{ role: 'user', text: 'Where is it?' }],
    tools: [],
    signal: new AbortController().signal,
    ...rest,
    configuration: handler.configuration.parse({
      baseUrl: 'https://api.example.com',
      api_key: 'k',
      ...configuration,
    }),
  });
  for await (const event of answer) seen.push(event);
  return seen;
}

describe('OpenAiHandler', () => {
  it('streams text and reports usage, ids and the turn', async () => {
    const { handler, sent } = provider(events([created, ...text('Hel', 'lo <b'), completed]));
    expect(await step(handler)).toEqual([
      { type: 'text-delta', text: 'Hel' },
      { type: 'text-delta', text: 'lo <b' },
      {
        type: 'usage',
        usage: {
          promptTokens: 11,
          completionTokens: 7,
          totalTokens: 18,
          cachedTokens: 4,
          reasoningTokens: 2,
        },
      },
      {
        type: 'finish',
        reason: 'stop',
        model: 'gpt-x',
        responseId: 'resp_1',
        messageId: 'msg_1',
        parts: [{ type: 'text', text: 'Hello <b', providerData: { openai: { itemId: 'msg_1' } } }],
      },
    ]);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      url: 'https://api.example.com/v1/responses',
      headers: { authorization: 'Bearer k' },
      body: { model: 'gpt-x', stream: true, store: false },
    });
  });

  it('sends settings, instructions and tools, in either spelling and with the schema unchanged', async () => {
    const { handler, sent } = provider(events([created, ...text('ok'), completed]));
    await step(handler, {
      instructions: 'Be brief.',
      tools: [lookup],
      configuration: {
        model: 'gpt-5',
        maxOutputTokens: 50,
        reasoning: { effort: 'low', summary: 'auto' },
        base_url: 'https://api.example.com/v1/',
        unknown_key: true,
      },
    });
    expect(sent[0]?.url).toBe('https://api.example.com/v1/responses');
    expect(sent[0]?.body).toMatchObject({
      model: 'gpt-5',
      max_output_tokens: 50,
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      tools: [
        {
          type: 'function',
          name: 'lookup',
          description: 'Looks up',
          parameters: lookup.inputSchema,
          strict: false,
        },
      ],
    });
    expect(JSON.stringify(sent[0]?.body)).toContain('Be brief.');
  });

  it('takes parallel tool calls, and sends calls, results and encrypted reasoning back', async () => {
    const reasoning = { type: 'reasoning', id: 'rs_1', encrypted_content: 'sealed' };
    const { handler, sent } = provider(
      events([
        created,
        { type: 'response.output_item.added', output_index: 0, item: reasoning },
        { type: 'response.reasoning_summary_text.delta', item_id: 'rs_1', summary_index: 0, delta: 'Hm.' },
        { type: 'response.output_item.done', output_index: 0, item: reasoning },
        ...functionCall(1, 'lookup', '{"orderId":"7"}'),
        ...functionCall(2, 'unheard_of', '{broken'),
        completed,
      ]),
      events([created, ...text('Done'), completed]),
    );
    const first = await step(handler, { tools: [lookup] });
    const finish = first.at(-1);
    if (finish?.type !== 'finish') throw new Error('no finish');
    expect(first).toContainEqual({ type: 'reasoning-delta', text: 'Hm.', block: 'rs_1:0' });
    expect(finish.reason).toBe('tool-calls');
    const calls = first.flatMap((event) => (event.type === 'tool-call' ? [event.call] : []));
    expect(calls).toEqual([
      { id: 'call_1', name: 'lookup', arguments: '{"orderId":"7"}' },
      { id: 'call_2', name: 'unheard_of', arguments: '{broken' },
    ]);

    const kept = JSON.parse(JSON.stringify(finish.parts)) as typeof finish.parts; // as a journal would
    await step(handler, {
      tools: [lookup],
      messages: [
        { role: 'user', text: 'Where is it?' },
        { role: 'assistant', parts: kept },
        { role: 'tool', results: calls.map((call, i) => ({ call, text: `result ${i}`, failed: i === 1 })) },
      ],
    });
    expect(sent[1]?.body.input).toMatchObject([
      { role: 'user' },
      { type: 'reasoning', encrypted_content: 'sealed', summary: [{ text: 'Hm.' }] },
      { type: 'function_call', call_id: 'call_1', name: 'lookup', arguments: '{"orderId":"7"}' },
      { type: 'function_call', call_id: 'call_2', name: 'unheard_of' },
      { type: 'function_call_output', call_id: 'call_1', output: 'result 0' },
      { type: 'function_call_output', call_id: 'call_2', output: '{"error":"result 1"}' },
    ]);
  });

  it.each([
    [401, 'provider.authentication', 1],
    [403, 'provider.authentication', 1],
    [400, 'provider.refused', 1],
    [404, 'provider.refused', 1],
    [429, 'provider.rateLimited', 3],
    [500, 'provider.unavailable', 3],
    [529, 'provider.unavailable', 3],
  ])('reports HTTP %i as %s after %i requests, in words of our own', async (status, code, requests) => {
    const { handler, sent } = provider(failure(status), failure(status), failure(status));
    const error = await step(handler).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toMatch(/sk-secret|10\.0\.0\.1/);
    expect(sent).toHaveLength(requests);
  });

  it('does not wait an hour because the provider says so', async () => {
    const { handler, sent } = provider(failure(429, { 'retry-after': '3600' }));
    await expect(step(handler)).rejects.toMatchObject({ code: 'provider.rateLimited' });
    expect(sent).toHaveLength(1);
  });

  it('recovers when a retry succeeds', async () => {
    const { handler } = provider(failure(503), events([created, ...text('Hi'), completed]));
    expect((await step(handler))[0]).toEqual({ type: 'text-delta', text: 'Hi' });
  });

  it('never retries once text has been passed on', async () => {
    const { handler, sent } = provider(events([created, ...text('Hal').slice(0, 2)], 'cut'));
    await expect(step(handler)).rejects.toMatchObject({ code: 'provider.unavailable' });
    expect(sent).toHaveLength(1);
  });

  it.each(['cut', 'close'] as const)('retries a stream that ends (%s) before its first word', async (end) => {
    const { handler, sent } = provider(events([created], end), events([created, ...text('Hi'), completed]));
    expect((await step(handler))[0]).toEqual({ type: 'text-delta', text: 'Hi' });
    expect(sent).toHaveLength(2);
  });

  it('tells a stream that just ends from a finished one', async () => {
    const { handler } = provider(events([created, ...text('Half')]));
    await expect(step(handler)).rejects.toMatchObject({ code: 'provider.unavailable' });
  });

  it('reports a failed response', async () => {
    const error = { code: 'server_error', message: 'sk-secret' };
    const failed = { type: 'response.failed', sequence_number: 9, response: { id: 'resp_1', error } };
    const { handler } = provider(events([created, ...text('a'), failed]));
    const thrown = await step(handler).catch((caught: unknown) => caught);
    expect(thrown).toMatchObject({ code: 'provider.unavailable' });
    expect(String(thrown)).not.toContain('sk-secret');
  });

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'provider.refused'],
  ])('takes an answer that is incomplete because of %s as %s', async (reason, outcome) => {
    const incomplete = { type: 'response.incomplete', response: { incomplete_details: { reason }, usage } };
    const { handler } = provider(events([created, ...text('Half'), incomplete]));
    const result = await step(handler).then(
      (seen) => seen.at(-1),
      (error: { code: string }) => error,
    );
    expect(result).toMatchObject(
      outcome === 'length' ? { type: 'finish', reason: 'length' } : { code: outcome },
    );
  });

  it('reports what it cannot read as malformed', async () => {
    const garbage = () =>
      new Response('data: {nonsense\n\n', { headers: { 'content-type': 'text/event-stream' } });
    const { handler } = provider(garbage);
    await expect(step(handler)).rejects.toMatchObject({ code: 'provider.malformed' });
  });

  it('stops with the reason of the signal and lets go of the provider', async () => {
    const stop = new AbortController();
    const reason = new Error('deadline');
    const { handler } = provider(() => {
      setImmediate(() => stop.abort(reason));
      return new Promise<Response>((_resolve, reject) => {
        stop.signal.addEventListener('abort', () => reject(reason));
      });
    });
    await expect(step(handler, { signal: stop.signal })).rejects.toBe(reason);
  });

  it("never sends the operator's key to a server an agent names", async () => {
    const { handler, sent } = provider(events([created, ...text('Hi'), completed]));
    await step(handler, { configuration: { api_key: null } });
    expect(JSON.stringify(sent)).not.toContain('operator-key');
  });

  it('refuses a base URL inside our network', async () => {
    const { handler } = provider();
    await expect(
      step(handler, { configuration: { baseUrl: 'http://169.254.169.254/' } }),
    ).rejects.toMatchObject({ code: 'egress.forbidden' });
  });

  it('refuses a configuration that makes no sense, naming the setting', () => {
    const parsed = provider().handler.configuration.safeParse({ temperature: 'hot' });
    expect(parsed.error?.issues[0]?.path).toEqual(['temperature']);
  });
});
