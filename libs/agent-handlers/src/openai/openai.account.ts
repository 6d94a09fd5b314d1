import type { HandlerOptions } from '../handler-options.ts';
import { ProviderError } from '../provider-error.ts';
import { withVersion } from './base-url.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';

const OPENAI_URL = 'https://api.openai.com/v1';

/** Some servers that speak this protocol want no key, but the header has to hold something. */
const NO_KEY = 'none';

/** Where an agent's requests go, and as whom. The operator's key never goes to a server an agent names. */
export function openAiAccount(
  { openai: operator = {}, egress }: HandlerOptions,
  { apiKey, baseUrl }: OpenAiConfiguration,
) {
  if (baseUrl) {
    egress.check(baseUrl);
    return { baseURL: withVersion(baseUrl), apiKey: apiKey ?? NO_KEY, fetch: egress.fetch };
  }
  const key = apiKey ?? operator.apiKey;
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
