import { configurationSchema } from '@agent-engine/agent-handlers';
import type { ProviderRequest } from '../provider/dialect.ts';
import type { HandlerCase } from './handler-case.ts';
import { HandlerUnderTest, look } from './handler-under-test.ts';

interface Property {
  type?: string;
  enum?: unknown[];
  description?: string;
  items?: Property;
}

/** Settings that no request shows: for the loop, for answers, for histories. Their own tests know them. */
const NOT_IN_REQUESTS = new Set([
  'enabled_tools',
  'max_retries',
  'max_tool_call_depth',
  'mcp_llm_native',
  'web_tools_enabled',
  'request_timeout_seconds',
  'enable_think_tag_split',
  'keep_reasoning',
  'tool_history_compatibility',
]);
/** Other servers than the suite's are asked as these. */
const ELSEWHERE = new Set(['project', 'location', 'project_id', 'region', 'service_account']);

const PAIR = { aws_access_key: 'AKIA', aws_secret_key: 's' };
const CODE = [{ type: 'code_execution' }];
/** Where the form does not say enough, or a setting needs another beside it. */
const SAMPLES: Record<string, object | object[]> = {
  base_url: {}, // the started server, below
  ...Object.fromEntries(Object.keys(PAIR).map((key) => [key, PAIR])),
  aws_session_token: { ...PAIR, aws_session_token: 't' },
  aws_region: { ...PAIR, aws_region: 'eu-west-1' },
  thinking: { thinking: { type: 'enabled', budget_tokens: 2048 } },
  reasoning: { reasoning: { effort: 'low' } },
  text: { text: { format: { type: 'json_object' } } },
  response_format: { response_format: { type: 'json_object' } },
  tools: [
    { tools: [{ type: 'web_search' }] },
    { tools: [{ type: 'google_search' }], model: 'gemini-3-pro-preview' },
  ],
  tool_choice: { tool_choice: 'required' },
  skills: { skills: [{ skill_id: 'xlsx' }] },
  container: { tools: CODE, container: 'container_1' },
  mcp_servers: { mcp_servers: [{ name: 'm', url: 'https://m.example' }] },
  cache_control: { cache_control: { ttl: '1h' } },
  metadata: { metadata: { user_id: 'u' } },
  guardrail: { guardrail: { identifier: 'g', version: '1' } },
  safety_settings: { safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }] },
  logit_bias: { logit_bias: { 50256: -100 } },
  extra_body: { extra_body: { top_k: 40 } },
  ...Object.fromEntries(
    ['extra_headers', 'headers', 'extra_query', 'labels'].map((key) => [key, { [key]: { 'x-a': 'b' } }]),
  ),
};
const NUMBERS = [0.5, 1, 2, 7];

function samples(key: string, { type, enum: values, items }: Property): object[] {
  const given = SAMPLES[key];
  if (given) return [given].flat();
  const all = values ?? items?.enum?.map((value) => [value]);
  if (all) return all.map((value) => ({ [key]: value }));
  if (type === 'boolean') return [true, false].map((value) => ({ [key]: value }));
  if (type === 'number' || type === 'integer') return NUMBERS.map((value) => ({ [key]: value }));
  return [{ [key]: type === 'array' ? ['word'] : 'word' }];
}

/** Each setting that a handler's form has changes the request, or its form says that it is of no effect. */
export const describeSettings = (handlerCase: HandlerCase): void =>
  describe(`${handlerCase.name}: settings`, () => {
    let test: HandlerUnderTest;
    beforeAll(async () => {
      test = await HandlerUnderTest.start(handlerCase);
    });
    afterAll(() => test.stop());

    const asked = async (configuration: object): Promise<string> => {
      await test.ask([{ text: '{"a":1}' }], configuration, { tools: [look], instructions: 'Be brief.' });
      return shown(test.asked);
    };

    it('are heard, or say that they are not', async () => {
      // Any JSON to the compiler; that it is an object's schema is what the forms of clients rely on.
      const { properties } = configurationSchema(test.handler.configuration) as unknown as {
        properties: Record<string, Property>;
      };
      const deaf: string[] = [];
      for (const [key, property] of Object.entries(properties)) {
        if (NOT_IN_REQUESTS.has(key) || ELSEWHERE.has(key)) continue;
        if (key === 'base_url' && key in test.base) continue; // asked there all the time
        const isHeard = await someDiffers(key, property);
        const saysSo = /^Accepted/.test(property.description ?? '');
        if (isHeard === saysSo) deaf.push(key);
      }
      expect(deaf).toEqual([]);
    });

    async function someDiffers(key: string, property: Property): Promise<boolean> {
      const given = key === 'base_url' ? [{ base_url: test.server.endpoint }] : samples(key, property);
      for (const sample of given.filter((one) => test.refused(one).length === 0)) {
        const { [key]: _, ...rest } = sample as Record<string, unknown>;
        const without = test.refused(rest).length === 0 ? rest : {};
        if ((await asked(sample)) !== (await asked(without))) return true;
      }
      return false;
    }
  });

/** The request without what differs from one to the next. */
function shown({ path, headers, body }: ProviderRequest<unknown>): string {
  const { 'content-length': _, 'x-amz-date': _date, ...rest } = headers;
  const authorization = rest.authorization?.replace(/Signature=.*/, '');
  return JSON.stringify({ path, headers: { ...rest, authorization }, body });
}
