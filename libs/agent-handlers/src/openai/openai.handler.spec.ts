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

const events = (list: object[]): Answer => {
  const lines = list.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return () => new Response(lines, { headers: { 'content-type': 'text/event-stream' } });
};

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
