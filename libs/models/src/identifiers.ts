import { randomInt, randomUUID } from 'node:crypto';

const TEN_DIGITS = 10_000_000_000;

/** A new key: 20 random decimal digits. The shape is the stored one; unlike the older ids these cannot be guessed. */
export function newUuid(): string {
  return tenDigits() + tenDigits();
}

/** A new family id: `<prefix>-<unix seconds>-<8 hex>`. */
export function newFamilyUuid(prefix: string): string {
  return `${prefix}-${Math.floor(Date.now() / 1000)}-${randomUUID().slice(0, 8)}`;
}

function tenDigits(): string {
  return String(randomInt(TEN_DIGITS)).padStart(10, '0');
}
