import type { EgressGuard } from './egress/guarded-fetch.ts';
import type { ProviderAccount } from './handler-options.ts';
import { ProviderError } from './provider-error.ts';

/** The keys under which configurations say whose account they use. */
export interface AccountKeys {
  api_key?: string;
  base_url?: string;
}

/** Some servers that speak a provider's protocol want no key, but the header has to hold something. */
const NO_KEY = 'none';

/** In the operator's account are things of all tenants. */
export const usesOperatorsAccount = ({ api_key, base_url }: AccountKeys): boolean =>
  api_key === undefined && base_url === undefined;

/**
 * Where an agent's requests go, and as whom. The operator's key never goes to a server an agent names.
 * @param providersUrl asked when neither the agent nor the operator names a server
 * @returns `url` as it was written: with or without a version in its path
 * @throws ProviderError `provider.authentication` when there is no key, AppError `egress.forbidden`
 */
export function providerAccount(
  { operator = {}, egress }: { operator?: ProviderAccount; egress: EgressGuard },
  { api_key: own, base_url }: AccountKeys,
  providersUrl: string,
) {
  if (base_url !== undefined) {
    egress.check(base_url);
    return { url: base_url, apiKey: own ?? NO_KEY, fetch: egress.fetch };
  }
  const apiKey = own ?? operator.apiKey;
  if (!apiKey && !operator.baseUrl) {
    throw new ProviderError('provider.authentication', {
      message: 'No key for the model provider is configured for this agent.',
    });
  }
  return { url: operator.baseUrl ?? providersUrl, apiKey: apiKey ?? NO_KEY, fetch: globalThis.fetch };
}

/** Both `https://host` and `https://host/v1` are written in the wild. */
export const withoutVersion = (url: string): string =>
  url.replace(/\/+$/, '').replace(/\/v\d+[a-z0-9]*$/, '');
