import { AppError } from '@agent-engine/errors';
import { isJsonObject } from './json.ts';

type Path = readonly (string | number)[];

/** Something at the provider that a configuration names: an id, and the setting it stands in. */
export interface ProviderObject {
  /** Of files and skills the engine knows whose they are; of others (vector stores, caches, containers…) it does not. */
  kind: 'file' | 'skill' | 'other';
  id: string;
  path: Path;
}

/** Ids under keys that may hold one or several of them. */
export const objects = (
  kind: ProviderObject['kind'],
  ids: string | readonly string[] | undefined,
  path: Path,
): ProviderObject[] =>
  typeof ids === 'string'
    ? [{ kind, id: ids, path }]
    : (ids ?? []).map((id, index) => ({ kind, id, path: [...path, index] }));

const NAMES_OBJECTS = /(^|_)(ids?|cached_content|file_uri|container|conversation|prompt)$/;
const NAMES_PEOPLE = /^(user|end_user|session|request|trace)_id$/;

/**
 * In settings that go to a provider as they are: whatever stands under a key that names things.
 * @param kind of what the key above `value` names, if it names anything
 */
export function objectsWithin(value: unknown, path: Path, kind?: ProviderObject['kind']): ProviderObject[] {
  if (typeof value === 'string') return kind ? [{ kind, id: value, path }] : [];
  if (Array.isArray(value)) {
    return value.flatMap((entry, index) => objectsWithin(entry, [...path, index], kind));
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    objectsWithin(entry, [...path, key], kindNamedBy(key)),
  );
}

function kindNamedBy(key: string): ProviderObject['kind'] | undefined {
  const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (!NAMES_OBJECTS.test(name) || NAMES_PEOPLE.test(name)) return undefined;
  const [, kind = 'other'] = /(?:^|_)(file|skill)_ids?$/.exec(name) ?? [];
  return kind as ProviderObject['kind'];
}

/** Headers with which a key opens another part of its account. */
const CHOOSES_ACCOUNT = /^(openai-(organization|project)|x-goog-user-project|anthropic-workspace(-id)?)$/i;

export const objectsOfHeaders = (headers: Readonly<Record<string, string>> = {}): ProviderObject[] =>
  Object.entries(headers)
    .filter(([name]) => CHOOSES_ACCOUNT.test(name))
    .map(([name, id]) => ({ kind: 'other', id, path: ['extra_headers', name] }));

/** A model that is no provider's but somebody's own: trained for them, or set up in the account. */
export const ownModel = (
  model: unknown,
  isOwn: (model: string) => boolean,
  path: Path = ['model'],
): ProviderObject[] =>
  typeof model === 'string' && isOwn(model) ? [{ kind: 'other', id: model, path }] : [];

const EVERYTHING_ELSE = '*';

export interface Ownership {
  /** Ids that the operator lets all tenants use; {@link EVERYTHING_ELSE}: all that the engine cannot know an owner of. */
  shared: readonly string[];
  /** Whether a thing of the operator's account is the partition's. */
  isOwn: (kind: 'file' | 'skill', id: string) => Promise<boolean>;
}

/**
 * In the operator's account a partition uses what it has made through this engine and what all may use.
 * @param place of the configuration
 * @throws AppError `argument.invalid` naming the settings; what is another's and what does not exist look the same
 */
export async function assertOwnObjects(
  named: readonly ProviderObject[],
  { shared, isOwn }: Ownership,
  place = 'configuration',
): Promise<void> {
  const isAllowed = async ({ kind, id }: ProviderObject) =>
    shared.includes(id) || (kind === 'other' ? shared.includes(EVERYTHING_ELSE) : isOwn(kind, id));
  const allowed = await Promise.all(named.map(isAllowed));
  const foreign = named
    .filter((_, index) => !allowed[index])
    .map(({ path }) => [place, ...path].map(String).join('.'));
  if (foreign.length === 0) return;
  throw new AppError(
    'argument.invalid',
    `The agent cannot be run as it is configured: ${foreign.join(', ')}: nothing of this partition at the ` +
      'provider has this name. Make it through this engine, use a key of your own, or have the operator share it.',
    { details: { argument: foreign[0] } },
  );
}
