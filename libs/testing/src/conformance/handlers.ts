import { HANDLER_IDS } from '@agent-engine/agent-handlers';
import { type AnthropicStandIn, startAnthropicStandIn } from '../anthropic/anthropic-stand-in.ts';
import { startBedrockStandIn } from '../bedrock/bedrock-stand-in.ts';
import { callerOf } from '../bedrock/bedrock.dialect.ts';
import { startCompletionsStandIn } from '../openai-completions/completions-stand-in.ts';
import { type GeminiStandIn, startGeminiStandIn } from '../gemini/gemini-stand-in.ts';
import { startOllamaStandIn } from '../ollama/ollama-stand-in.ts';
import { type OpenAiStandIn, startOpenAiStandIn } from '../openai/openai-stand-in.ts';
import type { ProviderRequest } from '../provider/dialect.ts';
import type { StandInSkill } from '../provider/skills.ts';
import { describeFiles } from './files.suite.ts';
import type { HandlerCase } from './handler-case.ts';
import { said } from './handler-under-test.ts';

const bearer = ({ headers }: ProviderRequest<unknown>) => headers.authorization?.replace('Bearer ', '');
const field = ({ body }: ProviderRequest<unknown>, name: string): unknown =>
  (body as Record<string, unknown>)[name];
const streams = (request: ProviderRequest<unknown>) => field(request, 'stream') === true;
const hasTools = (request: ProviderRequest<unknown>) =>
  field(request, 'tool_choice') !== 'none' && Boolean((field(request, 'tools') as unknown[])?.length);

const openAi: HandlerCase = {
  name: 'OpenAI',
  id: HANDLER_IDS.openai,
  start: (script) => startOpenAiStandIn({ script }),
  account: (baseUrl) => ({ openai: { baseUrl, apiKey: 'operator-key' } }),
  key: { setting: 'openai_api_key', of: bearer },
  isStreamed: streams,
  offersTools: hasTools,
  structured: (schema) => ({ text: { format: { type: 'json_schema', name: 'answer', schema } } }),
  can: {
    refuse: true,
    brokenArguments: true,
    reasoning: true,
    cachedTokens: true,
    reasoningTokens: true,
  },
};

const openAiCompletions: HandlerCase = {
  ...openAi,
  name: 'chat completions',
  id: HANDLER_IDS.openAiCompletions,
  start: (script) => startCompletionsStandIn({ script }),
  structured: (schema) => ({
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
  }),
};

const ollama: HandlerCase = {
  ...openAi,
  name: 'Ollama',
  id: HANDLER_IDS.ollama,
  start: (script) => startOllamaStandIn({ script }),
  account: (baseUrl) => ({ ollama: { baseUrl: `${baseUrl}/api`, apiKey: 'operator-key' } }),
  key: { setting: 'api_key', of: bearer },
  can: {
    refuse: false,
    brokenArguments: false,
    reasoning: true,
    cachedTokens: false,
    reasoningTokens: false,
  },
};

const anthropic: HandlerCase = {
  ...openAi,
  name: 'Anthropic',
  id: HANDLER_IDS.anthropic,
  start: (script) => startAnthropicStandIn({ script }),
  account: (baseUrl) => ({ anthropic: { baseUrl, apiKey: 'operator-key' } }),
  key: { setting: 'api_key', of: ({ headers }) => headers['x-api-key'] as string | undefined },
  offersTools: (request) => Boolean((field(request, 'tools') as unknown[])?.length),
};

const gemini: HandlerCase = {
  ...openAi,
  name: 'Gemini',
  id: HANDLER_IDS.gemini,
  start: (script) => startGeminiStandIn({ script }),
  account: (baseUrl) => ({ google: { baseUrl, apiKey: 'operator-key' } }),
  key: { setting: 'api_key', of: ({ headers }) => headers['x-goog-api-key'] as string | undefined },
  isStreamed: ({ path }) => path.includes(':streamGenerateContent'),
  offersTools: (request) =>
    Boolean((field(request, 'tools') as unknown[])?.length) && !said(request).includes('"mode":"NONE"'),
  can: { ...openAi.can, brokenArguments: false },
};

const bedrock: HandlerCase = {
  ...openAi,
  name: 'Claude on Bedrock',
  id: HANDLER_IDS.bedrock,
  start: (script) => startBedrockStandIn({ script }),
  account: (baseUrl) => ({ bedrock: { baseUrl, apiKey: 'operator-key' } }),
  key: { setting: 'api_key', of: ({ headers }) => callerOf(headers) },
  isStreamed: ({ path }) => path.endsWith('/converse-stream'),
  offersTools: (request) => field(request, 'toolConfig') !== undefined,
  can: { ...openAi.can, reasoningTokens: false },
};

/** Every handler of the engine. */
export const HANDLERS: readonly HandlerCase[] = [
  openAi,
  openAiCompletions,
  ollama,
  anthropic,
  bedrock,
  gemini,
];

const pathsOf = ({ skills }: { skills: readonly StandInSkill[] }) =>
  skills.map(({ versions }) => versions.map(({ paths }) => paths));

/** A function, for each provider's server is of a kind of its own. */
export function describeAllFiles(): void {
  describeFiles<OpenAiStandIn>({
    ...openAi,
    start: (script) => startOpenAiStandIn({ script }),
    detail: { filename: 'a "ü".txt', bytes: 5, purpose: 'user_data' },
    givesBack: true,
    makeOutput: (server, content) => {
      const place = { apiKey: 'own', containerId: 'cntr_1' };
      return { ...place, fileId: server.addFile({ ...place, filename: 'plot.png', content }).id };
    },
    skillPaths: pathsOf,
  });
  describeFiles<AnthropicStandIn>({
    ...anthropic,
    start: (script) => startAnthropicStandIn({ script }),
    detail: { filename: 'a "ü".txt', mime_type: 'text/plain', size_bytes: 5 },
    givesBack: false,
    makeOutput: (server, content) => {
      const made = { apiKey: 'own', filename: 'plot.png', mediaType: 'image/png', content };
      return { containerId: '', fileId: server.addOutputFile(made).id };
    },
    skillPaths: pathsOf,
  });
  describeFiles<GeminiStandIn>({
    ...gemini,
    start: (script) => startGeminiStandIn({ script }),
    detail: { displayName: 'a "ü".txt', mimeType: 'text/plain', sizeBytes: '5' },
    givesBack: false,
    makeOutput: (server, content) => {
      const made = { apiKey: 'own', mimeType: 'video/mp4', content };
      return { containerId: '', fileId: server.addOutputFile(made).name };
    },
  });
}
