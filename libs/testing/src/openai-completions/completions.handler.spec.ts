import { type ConversationMessage, HANDLER_IDS } from '@agent-engine/agent-handlers';
import { HandlerUnderTest, textOf } from '../conformance/handler-under-test.ts';
import type { ScriptedStep } from '../provider/script.ts';
import type { StandIn } from '../provider/stand-in.ts';
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
  let test: HandlerUnderTest<StandIn<CompletionsBody>>;
  beforeAll(async () => {
    test = await HandlerUnderTest.start({
      id: HANDLER_IDS.openAiCompletions,
      start: (script) => startCompletionsStandIn({ script }),
      account: (baseUrl) => ({ openai: { baseUrl, apiKey: 'k' } }),
    });
  });
  afterAll(() => test.stop());

  async function step(
    configuration: object,
    { answer = { text: 'ok' }, ...request }: Parameters<typeof test.step>[1] & { answer?: ScriptedStep } = {},
  ) {
    const asked = { instructions: 'Be brief.', ...request };
    const events = await test.ask([answer], configuration, asked);
    return { events, request: test.asked, body: test.asked.body };
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
    ['user', [{ role: 'user', content: 'Be brief.\n\nWhere is it?' }]],
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
    const { events } = await step({}, { answer });
    expect([textOf(events, 'reasoning-delta'), textOf(events).trim()]).toEqual(['Hm, well.', 'So it is.']);
    const whole = await step({ enable_think_tag_split: false }, { answer });
    expect(textOf(whole.events)).toBe(answer.text.join(''));
  });

  it('gives up a server that is silent for too long', async () => {
    const silent = step({ request_timeout_seconds: 0.1 }, { answer: { silent: true } });
    await expect(silent).rejects.toMatchObject({ code: 'provider.unavailable', retryable: true });
  });
});
