import { boundedBody } from '../files/bounded-body.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { ProviderError } from '../provider-error.ts';
import type { Tool } from '../tool.ts';
import type { OllamaConfiguration } from './ollama.configuration.ts';
import { askOllama } from './ollama.wire.ts';

const WEB_URL = 'https://ollama.com';
const MAX_BYTES = 4 * 1024 * 1024;
/** What of a result a model is given to read. */
const MAX_TEXT = 8_000;

/** Ollama's web search and page reader: its company runs them, whichever server runs the model. */
export function ollamaWebTools(
  { ollama: operator = {} }: HandlerOptions,
  agent: OllamaConfiguration,
): Tool[] {
  const key = agent.api_key ?? operator.apiKey;
  const ask = (path: string): Tool['run'] => {
    return async (args, { signal }) => {
      if (!key) {
        throw new ProviderError('provider.authentication', {
          message: 'No key for Ollama’s web tools is configured for this agent.',
        });
      }
      const headers = { authorization: `Bearer ${key}` };
      const server = { url: operator.webUrl ?? WEB_URL, headers, fetch: globalThis.fetch };
      const response = await askOllama(server, path, args, signal);
      const text = new TextDecoder().decode(await boundedBody(response, MAX_BYTES));
      return { text: text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} […]` : text, failed: false };
    };
  };
  const enabled = agent.web_tools_enabled ?? {};
  return [
    ...(enabled.web_search ? [{ ...WEB_SEARCH, run: ask('/api/web_search') }] : []),
    ...(enabled.web_fetch ? [{ ...WEB_FETCH, run: ask('/api/web_fetch') }] : []),
  ];
}

const WEB_SEARCH = {
  name: 'web_search',
  description: 'Searches the web.',
  inputSchema: {
    type: 'object',
    properties: {
      query: { type: 'string' },
      max_results: { type: 'integer', minimum: 1, maximum: 10 },
    },
    required: ['query'],
  },
};

const WEB_FETCH = {
  name: 'web_fetch',
  description: 'Reads a web page.',
  inputSchema: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
};
