import { AppError } from '@agent-engine/errors';
import type { Partition } from '@agent-engine/partition';
import { LRUCache } from 'lru-cache';
import { readParameter, readSecret } from './secret-stores.ts';

/** A whole text that says where a secret is: `env:NAME`, `ssm:/path/name`, `secretsmanager:path/name#key`. */
const REFERENCE = /^(env|ssm|secretsmanager):([\w./@+=:-]+)(?:#([\w.-]+))?$/;

/** A secret that was changed is used from then on, at the latest. */
const KEEP_MS = 300_000;
const MAX_KEPT = 1_000;

export interface SecretReferencesOptions {
  region: string;
  /** What references may begin with; `{endpoint_id}` and `{part_id}` stand for the partition's. */
  allowed: readonly string[];
  /** The variables that references may name. */
  variables: Readonly<Record<string, string>>;
}

/** Puts the secrets themselves where an agent's settings or a tool server's headers say where they are. */
export class SecretReferences {
  private readonly options: SecretReferencesOptions;
  /** By reference: whether a partition may use it is asked each time. */
  private readonly known = new LRUCache<string, string>({ max: MAX_KEPT, ttl: KEEP_MS });

  constructor(options: SecretReferencesOptions) {
    this.options = options;
  }

  /**
   * @param value JSON; itself where it refers to nothing
   * @param place of the value, for the message
   * @throws AppError `argument.invalid` naming the setting, `storage.unavailable`
   */
  async resolve<T>(partition: Partition, value: T, place: string): Promise<T> {
    return (await this.walk(partition, value, place)) as T;
  }

  private async walk(partition: Partition, value: unknown, place: string): Promise<unknown> {
    if (typeof value === 'string') return this.text(partition, value, place);
    if (typeof value !== 'object' || value === null || !holdsReference(value)) return value;
    if (Array.isArray(value)) {
      return Promise.all(value.map((entry, i) => this.walk(partition, entry, `${place}.${i}`)));
    }
    const entries = Object.entries(value).map(
      async ([key, entry]) => [key, await this.walk(partition, entry, `${place}.${key}`)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  private async text(partition: Partition, text: string, place: string): Promise<string> {
    const [, store, name, key] = REFERENCE.exec(text) ?? [];
    if (store === undefined || name === undefined) return text;
    const secret = this.mayUse(partition, text) ? await this.secretOf(text, { store, name, key }) : undefined;
    if (secret !== undefined) return secret;
    // What is another partition's and what does not exist look the same.
    throw new AppError(
      'argument.invalid',
      `The agent cannot be run as it is configured: ${place}: refers to no secret that this partition may use.`,
      { details: { argument: place } },
    );
  }

  private mayUse({ endpointId, partId }: Partition, reference: string): boolean {
    return this.options.allowed.some((prefix) =>
      reference.startsWith(
        prefix
          .replaceAll('{endpoint_id}', encodeURIComponent(endpointId))
          .replaceAll('{part_id}', encodeURIComponent(partId)),
      ),
    );
  }

  private async secretOf(
    reference: string,
    { store, name, key }: { store: string; name: string; key: string | undefined },
  ): Promise<string | undefined> {
    const known = this.known.get(reference);
    if (known !== undefined) return known;
    const { region, variables } = this.options;
    const text =
      store === 'env'
        ? variables[name]
        : await (store === 'ssm' ? readParameter(region, name) : readSecret(region, name));
    const secret = text === undefined || key === undefined ? text : entryOf(text, key);
    if (secret !== undefined) this.known.set(reference, secret);
    return secret;
  }
}

/** Most settings refer to nothing, and looking costs much less than copying. */
function holdsReference(value: unknown): boolean {
  if (typeof value === 'string') return REFERENCE.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsReference);
}

/** Secrets are often JSON of several. */
function entryOf(text: string, key: string): string | undefined {
  try {
    const entry: unknown = (JSON.parse(text) as Record<string, unknown> | null)?.[key];
    return typeof entry === 'string' ? entry : undefined;
  } catch {
    return undefined;
  }
}
