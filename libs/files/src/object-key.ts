import { AppError } from '@agent-engine/errors';
import type { Partition } from '@agent-engine/partition';

/** S3's limit for a whole key. */
const MAX_KEY_BYTES = 1024;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/**
 * Where a partition's file is in the bucket. What a URL parser or proxy would fold (`..`, `//`) is refused in the
 * caller's part and encoded in ours, so that no key reaches out of its partition.
 * @param prefix `S3_KEY_PREFIX`
 * @param plainKey as the caller knows the file
 * @throws AppError `argument.invalid`, `argument.tooLarge`
 */
export function objectKey(prefix: string, { endpointId, partId }: Partition, plainKey: string): string {
  if (CONTROL.test(plainKey) || !plainKey.isWellFormed()) {
    throw invalid('must not contain control characters or broken Unicode');
  }
  if (plainKey.split('/').some((segment) => ['', '.', '..'].includes(segment))) {
    throw invalid("must be names joined by single slashes, none of them empty, '.' or '..'");
  }
  const key = prefix
    .replaceAll('{endpoint_id}', () => asSegment(endpointId))
    .replaceAll('{part_id}', () => asSegment(partId))
    .concat(plainKey);
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES) {
    throw new AppError(
      'argument.tooLarge',
      `objectKey makes a key of ${bytes} bytes; at most ${MAX_KEY_BYTES} are possible.`,
      { details: { argument: 'objectKey' } },
    );
  }
  return key;
}

/** One path segment per id, different for different ids: no slash, and never just dots. */
function asSegment(id: string): string {
  const encoded = encodeURIComponent(id);
  return /^\.+$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded;
}

const invalid = (rule: string) =>
  new AppError('argument.invalid', `objectKey ${rule}.`, { details: { argument: 'objectKey' } });
