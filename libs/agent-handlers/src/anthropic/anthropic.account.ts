import type { HandlerOptions } from '../handler-options.ts';
import { type AccountKeys, providerAccount } from '../provider-account.ts';

const ANTHROPIC = { url: 'https://api.anthropic.com', version: 'v1' };

/** `server` as Anthropic's own SDK wants it; the AI SDK wants the version too. */
export const anthropicAccount = ({ anthropic: operator, egress }: HandlerOptions, keys: AccountKeys) =>
  providerAccount({ operator, egress }, keys, ANTHROPIC);
