import type { HandlerOptions } from '../handler-options.ts';
import { type AccountKeys, providerAccount, withoutVersion } from '../provider-account.ts';

const ANTHROPIC_URL = 'https://api.anthropic.com';

/** `server` as Anthropic's own SDK wants it; the AI SDK wants the version too. @throws as `providerAccount` */
export function anthropicAccount({ anthropic: operator, egress }: HandlerOptions, keys: AccountKeys) {
  const { url, ...account } = providerAccount({ operator, egress }, keys, ANTHROPIC_URL);
  return { ...account, server: withoutVersion(url), version: 'v1' };
}
