import type { HandlerOptions } from '../handler-options.ts';
import { ProviderError } from '../provider-error.ts';
import { withVersion } from './base-url.ts';

/** The keys under which configurations of both OpenAI protocols say whose account they use. */
export interface AccountKeys {
  openai_api_key?: string;
  api_key?: string;
  base_url?: string;
}

const OPENAI_URL = 'https://api.openai.com/v1';

/** Some servers that speak this protocol want no key, but the header has to hold something. */
const NO_KEY = 'none';

const keyOf = ({ openai_api_key, api_key }: AccountKeys): string | undefined => openai_api_key ?? api_key;

/** In the operator's account are things of all tenants. */
export const usesOperatorsAccount = (keys: AccountKeys): boolean =>
  keyOf(keys) === undefined && keys.base_url === undefined;

/** Where an agent's requests go, and as whom. The operator's key never goes to a server an agent names. */
export function openAiAccount({ openai: operator = {}, egress }: HandlerOptions, keys: AccountKeys) {
  const own = keyOf(keys);
  if (keys.base_url !== undefined) {
    egress.check(keys.base_url);
    return { baseURL: withVersion(keys.base_url), apiKey: own ?? NO_KEY, fetch: egress.fetch };
  }
  const key = own ?? operator.apiKey;
  if (!key && !operator.baseUrl) {
    throw new ProviderError('provider.authentication', {
      message: 'No key for the model provider is configured for this agent.',
    });
  }
  return {
    baseURL: withVersion(operator.baseUrl ?? OPENAI_URL),
    apiKey: key ?? NO_KEY,
    fetch: globalThis.fetch,
  };
}
