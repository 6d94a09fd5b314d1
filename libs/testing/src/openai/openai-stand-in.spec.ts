import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, streamText, tool, type ModelMessage } from 'ai';
import { startOpenAiStandIn, type OpenAiScript, type OpenAiStandIn } from './openai-stand-in.ts';

const orderTool = tool({
  description: 'Looks up the status of an order',
  inputSchema: jsonSchema<{ order_id: string }>({
    type: 'object',
    properties: { order_id: { type: 'string' } },
    required: ['order_id'],
  }),
});

describe('the OpenAI stand-in, through the AI SDK', () => {
  let standIn: OpenAiStandIn | undefined;
  afterEach(async () => {
    await standIn?.stop();
    standIn = undefined;
  });

  async function ask(
    script: OpenAiScript | undefined,
    messages: ModelMessage[] = [{ role: 'user', content: 'Hello?' }],
    options: { maxRetries?: number; abortSignal?: AbortSignal; instructions?: string } = {},
  ) {
    standIn ??= await startOpenAiStandIn({ script });
    const errors: unknown[] = [];
    const result = streamText({
      model: createOpenAI({ baseURL: standIn.baseUrl, apiKey: 'sk-test' }).responses('gpt-5-mini'),
      messages,
      tools: { get_order_status: orderTool },
      maxRetries: 0,
      providerOptions: { openai: { store: false } },
      onError: ({ error }) => void errors.push(error),
      ...options,
    });
    return { result, errors };
  }
  it('streams text and reasoning in the scripted pieces, with the scripted usage', async () => {
    const { result } = await ask([
      {
        reasoning: ['First.', 'Second.'],
        text: ['Hel', 'lo ', 'there'],
        usage: { inputTokens: 100, outputTokens: 30, cachedTokens: 60, reasoningTokens: 12 },
      },
    ]);
    const deltas: string[] = [];
    for await (const piece of result.textStream) deltas.push(piece);
    expect(deltas).toEqual(['Hel', 'lo ', 'there']);
    expect((await result.finalStep).reasoning).toMatchObject([{ text: 'First.' }, { text: 'Second.' }]);
    expect(await result.finishReason).toBe('stop');
    expect(await result.usage).toMatchObject({
      inputTokens: 100,
      outputTokens: 30,
      totalTokens: 130,
      inputTokenDetails: { cacheReadTokens: 60 },
      outputTokenDetails: { reasoningTokens: 12 },
    });
    expect(standIn?.requests).toMatchObject([
      {
        method: 'POST',
        path: '/v1/responses',
        headers: { authorization: 'Bearer sk-test' },
        body: { model: 'gpt-5-mini', stream: true, store: false },
        abortedByClient: false,
      },
    ]);
  });

  it('makes parallel tool calls and takes their results', async () => {
    const calls = ['A-1', 'A-2'].map((order_id) => ({ name: 'get_order_status', arguments: { order_id } }));
    const { result } = await ask([{ toolCalls: calls }, { text: 'Both shipped.' }]);
    const made = await result.toolCalls;
    expect(made.map(({ input }) => input)).toEqual([{ order_id: 'A-1' }, { order_id: 'A-2' }]);
    expect(await result.finishReason).toBe('tool-calls');

    const history: ModelMessage[] = [
      { role: 'user', content: 'Where are A-1 and A-2?' },
      {
        role: 'assistant',
        content: made.map(({ toolCallId, toolName, input }) => ({
          type: 'tool-call',
          toolCallId,
          toolName,
          input: input,
        })),
      },
      {
        role: 'tool',
        content: made.map(({ toolCallId, toolName }) => ({
          type: 'tool-result',
          toolCallId,
          toolName,
          output: { type: 'text', value: 'shipped' },
        })),
      },
    ];
    expect(await (await ask(undefined, history)).result.text).toBe('Both shipped.');
  });

  it.each([
    [{ type: 'function_call', call_id: 'c1', name: 'x', arguments: '{}' }, 'No tool output found for'],
    [{ type: 'function_call_output', call_id: 'c1', output: 'x' }, 'No tool call found for'],
  ])('refuses a history in which calls and results do not pair: %j', async (item, message) => {
    standIn = await startOpenAiStandIn({ script: [{ text: 'x' }] });
    const response = await fetch(`${standIn.baseUrl}/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test' },
      body: JSON.stringify({ model: 'gpt-5-mini', input: [{ role: 'user', content: 'Hello?' }, item] }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringContaining(message) as string },
    });
  });

  it.each([
    [401, 'Incorrect API key provided'],
    [429, 'Rate limit reached'],
    [500, 'The server had an error'],
  ])('answers HTTP %i as the provider does', async (status, message) => {
    const { result, errors } = await ask([{ httpError: { status, retryAfterSeconds: 7 } }]);
    await result.consumeStream();
    expect(errors).toMatchObject([
      {
        statusCode: status,
        message: expect.stringContaining(message) as string,
        responseHeaders: { 'retry-after': '7' },
      },
    ]);
  });

  it('lets the client try again after a 429', async () => {
    const script = [{ httpError: { status: 429, retryAfterSeconds: 0 } }, { text: 'Now.' }];
    const { result } = await ask(script, undefined, { maxRetries: 1 });
    expect(await result.text).toBe('Now.');
    expect(standIn?.requests).toHaveLength(2);
  });

  it('cuts the connection after the given number of events', async () => {
    const { result, errors } = await ask([
      { text: ['one ', 'two ', 'three'], fault: { kind: 'cut', afterEvents: 6 } },
    ]);
    let text = '';
    await (async () => {
      for await (const piece of result.textStream) text += piece;
    })().catch((error: unknown) => errors.push(error));
    expect(text).toBe('one two ');
    expect(errors.length).toBeGreaterThan(0);
    expect(standIn?.requests[0]?.abortedByClient).toBe(false);
  });

  it('sends an event that is not JSON', async () => {
    const { result, errors } = await ask([{ text: 'x', fault: { kind: 'malformed', afterEvents: 3 } }]);
    await result.consumeStream();
    expect(errors).toMatchObject([{ name: expect.stringContaining('ParseError') as string }]);
  });

  it.each([
    ['silence from the start', { silent: true } as const],
    ['silence within the stream', { text: 'x', fault: { kind: 'stall', afterEvents: 3 } } as const],
  ])('notes that the client gave up: %s', async (_name, step) => {
    const giveUp = new AbortController();
    const { result } = await ask([step], undefined, { abortSignal: giveUp.signal });
    const consumed = result.consumeStream();
    while (standIn?.requests.length !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
    giveUp.abort();
    await consumed;
    while (!standIn.requests[0]?.abortedByClient) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it.each([
    ['response.failed', { failed: { code: 'server_error', message: 'Out of luck.' } }],
    ['error', { error: { code: 'server_error', message: 'Out of luck.' } }],
  ])('ends a stream with %s', async (_type, end) => {
    const { result, errors } = await ask([{ text: 'Well', end }]);
    await result.consumeStream();
    expect(JSON.stringify(errors)).toContain('Out of luck.');
  });

  it('ends a stream as incomplete', async () => {
    const { result } = await ask([{ text: 'Well', end: 'length' }]);
    expect([await result.text, await result.finishReason]).toEqual(['Well', 'length']);
  });

  it('says so when a list of steps is used up', async () => {
    const { result, errors } = await ask([]);
    await result.consumeStream();
    expect(errors).toMatchObject([
      { statusCode: 400, message: 'The script has 0 steps; this is request 1.' },
    ]);
  });

  it('answers whole when no stream is asked for', async () => {
    standIn = await startOpenAiStandIn({
      script: [{ text: ['a', 'b'], toolCalls: [{ name: 'get_order_status', arguments: { order_id: '1' } }] }],
    });
    const { text, toolCalls } = await generateText({
      model: createOpenAI({ baseURL: standIn.baseUrl, apiKey: 'sk-test' }).responses('gpt-5-mini'),
      prompt: 'Hello?',
      tools: { get_order_status: orderTool },
    });
    expect(text).toBe('ab');
    expect(toolCalls).toMatchObject([{ input: { order_id: '1' } }]);
  });
});

describe('the demo script', () => {
  let standIn: OpenAiStandIn | undefined;
  afterEach(async () => {
    await standIn?.stop();
    standIn = undefined;
  });

  async function converse(question: string, toolOutput?: string) {
    standIn ??= await startOpenAiStandIn();
    const messages: ModelMessage[] = [
      // A finished turn before this one must not count as this turn's facts.
      { role: 'user', content: 'Status of order A-7?' },
      {
        role: 'assistant',
        content: [
          { type: 'tool-call', toolCallId: 'c0', toolName: 'get_order_status', input: { order_id: 'A-7' } },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'c0',
            toolName: 'get_order_status',
            output: { type: 'text', value: 'lost' },
          },
        ],
      },
      { role: 'assistant', content: 'It is lost.' },
      { role: 'user', content: question },
    ];
    if (toolOutput !== undefined) {
      const toolCallId = 'c1';
      const toolName = 'get_order_status';
      messages.push(
        { role: 'assistant', content: [{ type: 'tool-call', toolCallId, toolName, input: {} }] },
        {
          role: 'tool',
          content: [
            { type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: toolOutput } },
          ],
        },
      );
    }
    return streamText({
      model: createOpenAI({ baseURL: standIn.baseUrl, apiKey: 'demo' }).responses('demo'),
      instructions: 'You are the support agent of Acme Robotics. Be brief.',
      messages,
      tools: { get_order_status: orderTool },
      providerOptions: { openai: { store: false } },
    });
  }

  it('calls the tool that the question is about, with what the question says', async () => {
    const calls = await (await converse('What is the status of my order B-1002?')).toolCalls;
    expect(calls).toMatchObject([{ toolName: 'get_order_status', input: { order_id: 'B-1002' } }]);
  });

  it('tells what the tool said, in the name of the agent, word by word', async () => {
    const result = await converse('What is my order status?', '{"order_id":"B-1002","status":"on its way"}');
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);
    expect(pieces.join('')).toBe(
      'Speaking as the support agent of Acme Robotics: order id is B-1002, status is on its way.',
    );
    expect(pieces).toHaveLength(17);
    const { inputTokens, outputTokens } = await result.usage;
    expect(inputTokens).toBeGreaterThan(outputTokens ?? 0);
  });

  it('finds the facts in what an MCP tool returns', async () => {
    const output = JSON.stringify({ content: [{ type: 'text', text: '{"status":"shipped"}' }] });
    const result = await converse('What is my order status?', output);
    expect(await result.text).toContain('Acme Robotics: status is shipped.');
  });

  it('answers other questions without a tool', async () => {
    const result = await converse('How are you?');
    expect(await result.text).toContain('You asked: "How are you?"');
    expect(await result.toolCalls).toEqual([]);
  });
});
