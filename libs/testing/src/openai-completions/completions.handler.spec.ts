import {
  createEgressGuard,
  createHandlerRegistry,
  HANDLER_IDS,
  type AgentHandler,
  type ConversationMessage,
  type StepEvent,
  type StepRequest,
} from '@agent-engine/agent-handlers';
import type { StandIn } from '../provider/stand-in.ts';
import type { ScriptedStep } from '../provider/script.ts';
import type { CompletionsBody } from './completions.request.ts';
import { startCompletionsStandIn } from './completions-stand-in.ts';

const call = { id: 'c1', name: 'look', arguments: '{"orderId":"7"}' };
const toolRound: ConversationMessage[] = [
  { role: 'user', text: 'Where is it?' },
  {
    role: 'assistant',
    parts: [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'tool-call', call },
    ],
  },
  { role: 'tool', results: [{ call, text: 'on its way', failed: false }] },
];
const tools = ['zoo', 'look'].map((name) => ({ name, inputSchema: { type: 'object' } }));

describe('switches of the chat completions', () => {
  let server: StandIn<CompletionsBody>;
  let handler: AgentHandler;
  let script: ScriptedStep[] = [];
  beforeAll(async () => {
    server = await startCompletionsStandIn({ script: () => script.shift() ?? { text: 'ok' } });
    const options = { openai: { baseUrl: server.endpoint, apiKey: 'k' }, egress: createEgressGuard([]) };
    handler = await createHandlerRegistry(options).resolve(HANDLER_IDS.openAiCompletions);
  });
  afterAll(() => server.stop());

  async function step(
    configuration: object,
    { answer, ...request }: Partial<StepRequest> & { answer?: ScriptedStep } = {},
  ) {
    script = answer ? [answer] : [];
    const events: StepEvent[] = [];
    const asked = handler.step({
      defaultModel: 'm',
      instructions: 'Be brief.',
      messages: [{ role: 'user', text: 'Hello?' }],
      tools: [],
      signal: AbortSignal.timeout(60_000),
      ...request,
      configuration: handler.configuration.parse(configuration),
    });
    for await (const event of asked) events.push(event);
    return { events, request: server.requests.at(-1)!, body: server.requests.at(-1)!.body };
  }

  it('go out under the names servers know', async () => {
    const { request, body } = await step(
      {
        max_tokens: 5,
        max_completion_tokens: 6,
        presence_penalty: 1,
        frequency_penalty: -1,
        seed: 7,
        stop: 'END',
        logit_bias: { '50256': -100 },
        extra_body: { top_k: 40, guided_choice: ['camelCase'] },
        extra_headers: { 'X-Team-Name': 'a' },
        extra_query: { 'api-version': '1' },
        enable_thinking: false,
        separate_reasoning: true,
        reasoning_effort: 'low',
        parallel_tool_calls: false,
      },
      { tools },
    );
    expect(body).toMatchObject({
      max_tokens: 5,
      max_completion_tokens: 6,
      presence_penalty: 1,
      frequency_penalty: -1,
      seed: 7,
      stop: ['END'],
      logit_bias: { '50256': -100 },
      top_k: 40,
      guided_choice: ['camelCase'],
      chat_template_kwargs: { enable_thinking: false },
      separate_reasoning: true,
      reasoning_effort: 'low',
      parallel_tool_calls: false,
      stream_options: { include_usage: true },
    });
    expect(body.tools?.map((tool) => tool.function.name)).toEqual(['look', 'zoo']);
    expect(request.headers['x-team-name']).toBe('a');
    expect(request.path).toBe('/v1/chat/completions?api-version=1');
  });

  it.each([
    [undefined, [{ role: 'system', content: 'Be brief.' }, { role: 'user' }]],
    ['developer', [{ role: 'developer', content: 'Be brief.' }, { role: 'user' }]],
    ['user', [{ role: 'user', content: 'Be brief.\n\nHello?' }]],
  ])('gives instructions as %s', async (instructions_role, messages) => {
    expect((await step({ instructions_role })).body.messages).toMatchObject(messages);
  });

  it.each([
    [{ tool_history_compatibility: 'strict' }, [], 'structured'],
    [{ tool_history_compatibility: 'flatten' }, tools, 'text'],
    [{}, tools, 'structured'],
    [{}, [], 'text'],
  ])('sends earlier tool calls with %j and %j as %s', async (configuration, offered, form) => {
    const { messages } = (await step(configuration, { messages: toolRound, tools: offered })).body;
    const roles = messages.map(({ role }) => role);
    expect(roles).toEqual(['system', 'user', 'assistant', form === 'text' ? 'user' : 'tool']);
    const words = JSON.stringify(messages);
    for (const word of ['look', 'orderId', 'on its way']) expect(words).toContain(word);
    expect(words.includes('tool_calls')).toBe(form === 'structured');
  });

  it('sends reasoning back to those only that want it', async () => {
    const sent = async (configuration: object) =>
      JSON.stringify((await step(configuration, { messages: toolRound, tools })).body);
    expect(await sent({})).not.toContain('reasoning_content');
    expect(await sent({ keep_reasoning: true })).toContain('"reasoning_content":"Hm."');
  });

  it('takes what models think aloud for reasoning, wherever the tags are cut', async () => {
    const answer = { text: ['<th', 'ink>Hm, ', 'well.</thi', 'nk>So ', 'it is.'] };
    const joined = (events: StepEvent[], type: 'text-delta' | 'reasoning-delta') =>
      events.map((event) => (event.type === type ? event.text : '')).join('');
    const { events } = await step({}, { answer });
    expect([joined(events, 'reasoning-delta'), joined(events, 'text-delta').trim()]).toEqual([
      'Hm, well.',
      'So it is.',
    ]);
    const whole = await step({ enable_think_tag_split: false }, { answer });
    expect(joined(whole.events, 'text-delta')).toBe(answer.text.join(''));
  });

  it('gives up a server that is silent for too long', async () => {
    const silent = step({ request_timeout_seconds: 0.1 }, { answer: { silent: true } });
    await expect(silent).rejects.toMatchObject({ code: 'provider.unavailable', retryable: true });
  });
});
