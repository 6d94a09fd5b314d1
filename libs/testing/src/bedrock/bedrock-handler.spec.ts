import { HANDLER_IDS } from '@agent-engine/agent-handlers';
import { HandlerUnderTest, look, turnOf, withResults } from '../conformance/handler-under-test.ts';
import type { AnswerStep } from '../provider/script.ts';
import type { StandIn } from '../provider/stand-in.ts';
import { startBedrockStandIn } from './bedrock-stand-in.ts';
import { callerOf } from './bedrock.dialect.ts';
import type { ConverseBody } from './bedrock.request.ts';

let test: HandlerUnderTest<StandIn<ConverseBody>>;
beforeAll(async () => {
  test = await HandlerUnderTest.start({
    id: HANDLER_IDS.bedrock,
    start: (script) => startBedrockStandIn({ script }),
    account: (endpoint) => ({ bedrock: { baseUrl: `${endpoint}/`, apiKey: 'operator-key' } }),
    defaultModel: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  });
});
afterAll(() => test.stop());

const calls: AnswerStep['toolCalls'] = [
  { name: 'look', arguments: { orderId: '7' } },
  { name: 'look', arguments: {} },
  { name: 'look', arguments: { orderId: '9' } },
];

describe('Claude on Bedrock', () => {
  it('thinks, signed and sealed, across steps', async () => {
    const configuration = { thinking: { type: 'enabled', budget_tokens: 2048 }, max_tokens: 1000 };
    const hidden = { reasoningContent: { redactedContent: Buffer.from('hidden').toString('base64') } };
    const first = await test.ask(
      [{ reasoning: ['Hm, ', 'well.'], items: [hidden], text: 'Let me see.', toolCalls: calls.slice(0, 2) }],
      configuration,
      { tools: [look] },
    );
    expect(test.asked.body).toMatchObject({
      inferenceConfig: { maxTokens: 3048 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2048 } },
    });
    const { parts, reason } = turnOf(first);
    expect(reason).toBe('tool-calls');
    // The server refuses thoughts that are changed or unsigned, and calls without results.
    await test.ask([{ text: 'Done' }], configuration, { tools: [look], messages: withResults(parts) });
    const turn = test.asked.body.messages[1]?.content;
    expect(turn?.map((block) => Object.keys(block)[0])).toEqual([
      'reasoningContent',
      'reasoningContent',
      'reasoningContent',
      'text',
      'toolUse',
      'toolUse',
    ]);
    expect(turn?.[2]).toEqual(hidden);
  });

  it('answers each of several calls once, in one turn, and says which failed', async () => {
    const { parts } = turnOf(await test.ask([{ toolCalls: calls }], {}, { tools: [look] }));
    await test.ask([{ text: 'Done' }], {}, { tools: [look], messages: withResults(parts) });
    expect(test.asked.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(test.asked.body.messages[2]?.content.map(({ toolResult }) => toolResult?.content)).toEqual([
      [{ text: 'result 0' }],
      [{ text: 'result 1' }],
      [{ text: 'result 2' }],
    ]);
  });

  it('knows what tools have said when it has to answer without them', async () => {
    const { parts } = turnOf(await test.ask([{ toolCalls: calls }], {}, { tools: [look] }));
    await test.ask(
      [{ text: 'Done' }],
      {},
      { tools: [look], toolChoice: 'none', messages: withResults(parts) },
    );
    expect(test.asked.body.toolConfig).toBeUndefined();
    const told = JSON.stringify(test.asked.body.messages);
    for (const words of ['result 0', 'Error of look', 'result 2', 'orderId']) expect(told).toContain(words);
  });

  it('signs with the agent’s keys, and lends nobody the operator’s', async () => {
    const own = { aws_access_key: 'AKIAOWN', aws_secret_key: 'secret', aws_region: 'eu-central-1' };
    await test.ask([{ text: 'ok' }], own);
    expect(test.asked.headers.authorization).toMatch(/Credential=AKIAOWN\/\d+\/eu-central-1\/bedrock/);
    await test.ask([{ text: 'ok' }], { base_url: test.server.endpoint });
    expect(callerOf(test.asked.headers)).toBe('none');
    await test.ask([{ text: 'ok' }], { base_url: test.server.endpoint, ...own });
    expect(callerOf(test.asked.headers)).toBe('AKIAOWN');
    await expect(test.ask([], { base_url: 'http://169.254.169.254/' })).rejects.toMatchObject({
      code: 'egress.forbidden',
    });
  });

  it('takes every setting, and none that is not the provider’s', async () => {
    await test.ask(
      [{ text: 'ok' }],
      {
        model: 'anthropic.claude-3-haiku-20240307-v1:0',
        maxTokens: 500,
        temperature: 0.2,
        topK: 3,
        stop_sequences: ['END'],
        enabled_tools: ['look'],
        guardrail: { identifier: 'g', version: '1' },
      },
      { instructions: 'Be brief.' },
    );
    expect(test.asked).toMatchObject({
      path: '/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream',
      body: {
        system: [{ text: 'Be brief.' }],
        inferenceConfig: { maxTokens: 500, temperature: 0.2, stopSequences: ['END'] },
        additionalModelRequestFields: { top_k: 3 },
        guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' },
      },
    });
    expect(JSON.stringify(test.asked.body)).not.toContain('enabled_tools');
  });

  it.each([
    ['throttlingException', 'provider.rateLimited'],
    ['modelStreamErrorException', 'provider.unavailable'],
    ['serviceUnavailableException', 'provider.unavailable'],
    ['validationException', 'provider.refused'],
  ])('a %s inside the stream is %s', async (code, expected) => {
    const failing = test.ask([{ text: 'Well', end: { error: { code, message: 'arn:aws:secret' } } }]);
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: expected });
    expect(String(error)).not.toContain('arn:aws');
  });

  it.each([
    [{ temperature: 1.5 }, 'temperature'],
    [{ aws_access_key: 'a' }, 'aws_secret_key'],
    [{ aws_region: 'evil.example/' }, 'aws_region'],
    [{ guardrail: { identifier: 'g' } }, 'guardrail.version'],
    [{ thinking: { type: 'adaptive', budget_tokens: 2000 } }, 'thinking.budget_tokens'],
  ])('refuses %j', (given, path) => {
    expect(test.refused(given)).toEqual([path]);
  });
});
