import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ApiConfig, ConfigurationError } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import { z } from 'zod';
import type { Credential } from './credential.ts';

const entry = z
  .strictObject({
    name: z.string().min(1).optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits')
      .optional(),
    key: z.string().min(8, 'must have at least 8 characters').optional(),
    endpoint_id: z.string().min(1),
    part_ids: z.union([z.literal('*'), z.array(z.string().min(1)).min(1)], 'must be a list of parts or "*"'),
    role: z.string().optional(),
  })
  .refine((key) => (key.sha256 === undefined) !== (key.key === undefined), 'needs either sha256 or key');

/** API keys by the SHA-256 of the key: the keys themselves are not kept, and a lookup by hash leaks no timing. */
export class ApiKeys {
  private readonly byHash: ReadonlyMap<string, Credential>;

  constructor(byHash: ReadonlyMap<string, Credential> = new Map()) {
    this.byHash = byHash;
  }

  /** @throws ConfigurationError naming the entry that is wrong, never its content */
  static of({ apiKeysFile: file, apiKeys: text }: Pick<ApiConfig, 'apiKeysFile' | 'apiKeys'>): ApiKeys {
    if (file === undefined && text === undefined) return new ApiKeys();
    const source = file === undefined ? 'API_KEYS' : 'API_KEYS_FILE';
    const problem = (where: string, what: string) => new ConfigurationError([`${source}: ${where}: ${what}`]);
    const entries = readEntries(problem, () =>
      file === undefined ? (text ?? '') : readFileSync(file, 'utf8'),
    );
    const byHash = new Map<string, Credential>();
    for (const [index, value] of entries.entries()) {
      const parsed = entry.safeParse(value);
      if (!parsed.success) throw problem(entryName(index, value), z.prettifyError(parsed.error));
      const { name, sha256, key = '', endpoint_id, part_ids, role } = parsed.data;
      const hash = sha256?.toLowerCase() ?? digest(key);
      if (byHash.has(hash)) throw problem(entryName(index, value), 'is the same key as another entry');
      byHash.set(hash, {
        subject: name ?? `api-key:${hash.slice(0, 8)}`,
        endpointIds: [endpoint_id],
        partIds: part_ids,
        role,
      });
    }
    return new ApiKeys(byHash);
  }

  /** @throws AppError `auth.invalid` */
  verify(key: string): Credential {
    const credential = this.byHash.get(digest(key));
    if (!credential) throw new AppError('auth.invalid', 'The API key is not valid.');
    return credential;
  }
}

const digest = (key: string) => createHash('sha256').update(key).digest('hex');

type Problem = (where: string, what: string) => ConfigurationError;

function readEntries(problem: Problem, read: () => string): unknown[] {
  try {
    return z.array(z.unknown()).parse(JSON.parse(read()));
  } catch (error) {
    // A parser quotes what it could not parse, and here that may be a key: only the kind of failure is told.
    const { code } = error as { code?: unknown };
    const why = typeof code === 'string' ? code : 'must be a JSON array';
    throw problem('file', `cannot be read (${why})`);
  }
}

function entryName(index: number, value: unknown): string {
  const named = z.object({ name: z.string() }).safeParse(value);
  return named.success ? `entry ${index + 1} (${named.data.name})` : `entry ${index + 1}`;
}
