import type { HandlerOptions } from '../handler-options.ts';
import { providerAccount, usesOperatorsAccount } from '../provider-account.ts';

/** The keys under which configurations of both OpenAI protocols say whose account they use. */
export interface OpenAiKeys {
  openai_api_key?: string;
  api_key?: string;
  base_url?: string;
}

const OPENAI_URL = 'https://api.openai.com/v1';

const keysOf = ({ openai_api_key, api_key, base_url }: OpenAiKeys) => ({
  api_key: openai_api_key ?? api_key,
  base_url,
});

export const usesOperatorsOpenAi = (keys: OpenAiKeys): boolean => usesOperatorsAccount(keysOf(keys));

/** As OpenAI's own SDK and the AI SDK want it. @throws as `providerAccount` */
export function openAiAccount({ openai: operator, egress }: HandlerOptions, keys: OpenAiKeys) {
  const { url, ...account } = providerAccount({ operator, egress }, keysOf(keys), OPENAI_URL);
  return { ...account, baseURL: withVersion(url) };
}

/** Both `https://host` and `https://host/v1` are written in the wild; the clients want the latter. */
function withVersion(url: string): string {
  const trimmed = url.replace(/\/+$/, '');
  return /\/v\d+[a-z0-9]*$/.test(trimmed) ? trimmed : `${trimmed}/v1`;
}
