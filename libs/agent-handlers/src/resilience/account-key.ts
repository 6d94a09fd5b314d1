import { createHash } from 'node:crypto';
import type { HandlerId } from '../agent-handler.ts';
import { isJsonObject } from '../json.ts';

/** Settings that say whose quota at which server a request uses, however a provider spells them. */
const OF_THE_ACCOUNT = /key|secret|account|token$|profile|base_?url|host|endpoint|region|project|location/i;

/** One text per provider and key; a digest, so that it can be kept without keeping a key. */
export function accountKey({ moduleName, className }: HandlerId, configuration: unknown): string {
  const settings = isJsonObject(configuration)
    ? Object.entries(configuration).filter(([name]) => OF_THE_ACCOUNT.test(name))
    : [];
  return createHash('sha256')
    .update(JSON.stringify([moduleName, className, settings.sort()]))
    .digest('base64');
}
