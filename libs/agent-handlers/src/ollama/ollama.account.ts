import type { HandlerOptions } from '../handler-options.ts';
import type { OllamaConfiguration } from './ollama.configuration.ts';

const LOCAL_URL = 'http://127.0.0.1:11434';

/** Where an agent's requests go, and as whom. The operator's key never goes to a server an agent names. */
export function ollamaAccount(
  { ollama: operator = {}, egress }: HandlerOptions,
  { base_url, api_key, headers }: OllamaConfiguration,
) {
  if (base_url !== undefined) egress.check(base_url);
  const key = api_key ?? (base_url === undefined ? operator.apiKey : undefined);
  return {
    url: withoutPath(base_url ?? operator.baseUrl ?? LOCAL_URL),
    headers: { ...(key && { authorization: `Bearer ${key}` }), ...headers },
    fetch: base_url === undefined ? globalThis.fetch : egress.fetch,
  };
}

/** `https://host`, `https://host/api` and `https://host/v1` (where Ollama also is) are written in the wild. */
const withoutPath = (url: string): string => url.replace(/\/+$/, '').replace(/\/(api|v1)$/, '');
