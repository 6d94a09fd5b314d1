import { createHash } from 'node:crypto';

const KEYS = 10n ** 20n;

/**
 * A row's key (20 digits, as all keys are) that follows from what the row is about, so that a run that starts over
 * meets its own rows instead of writing them twice.
 */
export function recordKey(...about: string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(about)).digest('hex');
  return String(BigInt(`0x${digest}`) % KEYS).padStart(20, '0');
}
