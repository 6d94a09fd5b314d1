import type { EgressGuard } from '../egress/guarded-fetch.ts';
import { ProviderError } from '../provider-error.ts';
import { withVersion } from './base-url.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';

export interface OpenAiAccountOptions {
  /** The operator's account, for agents that bring no key of their own. */
  apiKey?: string;
  /** The operator's server; trusted, so not guarded. */
  baseUrl?: string;
  /** Guards the base URLs that agents name. */
  egress: EgressGuard;
}

const OPENAI_URL = 'https://api.openai.com/v1';

/** Some servers that speak this protocol want no key, but the header has to hold something. */
const NO_KEY = 'none';

/** Where an agent's requests go, and as whom. The operator's key never goes to a server an agent names. */
export function openAiAccount(options: OpenAiAccountOptions, { apiKey, baseUrl }: OpenAiConfiguration) {
  if (baseUrl) {
    options.egress.check(baseUrl);
    return { baseURL: withVersion(baseUrl), apiKey: apiKey ?? NO_KEY, fetch: options.egress.fetch };
  }
  const key = apiKey ?? options.apiKey;
  if (!key && !options.baseUrl) {
    throw new ProviderError('provider.authentication', {
      message: 'No key for the model provider is configured for this agent.',
    });
  }
  return {
    baseURL: withVersion(options.baseUrl ?? OPENAI_URL),
    apiKey: key ?? NO_KEY,
    fetch: globalThis.fetch,
  };
}
