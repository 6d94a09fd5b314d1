import { hash } from 'node:crypto';
import { canonicalItem } from './canonical-value.ts';
import type { Item } from './item.ts';
import { isTombstone, withoutMarks } from './marks.ts';

const BUCKET_BITS = 12;
const BUCKETS = 1 << BUCKET_BITS;
/** 128 bits as 32-bit limbs, lowest first. */
const LIMBS = 4;
const COUNT_BYTES = 8;
const BUCKET_BYTES = COUNT_BYTES + LIMBS * 4;

/**
 * What a table holds, in 96 KB whatever its size and in whatever order it was read: rows fall into buckets by
 * their key, and each bucket keeps how many they are and the sum of their hashes. A sum and not an exclusive or, in which
 * pairs of rows would cancel out. Both sides add rows in target form; where buckets differ, rows differ.
 */
export class Fingerprint {
  /** Signed: parts of a table that are merged later may take out more than they put in. */
  private readonly counts = new Float64Array(BUCKETS);
  private readonly sums = new Uint32Array(BUCKETS * LIMBS);

  /** The bucket of a target key. */
  static bucketOf(key: Item): number {
    return hash('sha256', canonicalItem(key), 'buffer').readUInt16BE(0) >>> (16 - BUCKET_BITS);
  }

  /** A tombstone is no row, and adds nothing. */
  add(key: Item, item: Item): void {
    this.change(key, item, 1);
  }

  /** Takes out a row exactly as it was added. */
  remove(key: Item, item: Item): void {
    this.change(key, item, -1);
  }

  merge(other: Fingerprint): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      this.accumulate(bucket, 1, other.sumOf(bucket), other.counts[bucket] ?? 0);
  }

  /** The buckets in which the two tables differ. */
  unequalBuckets(other: Fingerprint): number[] {
    const unequal = new Set<number>();
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      if (this.counts[bucket] !== other.counts[bucket]) unequal.add(bucket);
    for (let at = 0; at < this.sums.length; at++)
      if (this.sums[at] !== other.sums[at]) unequal.add(Math.floor(at / LIMBS));
    return [...unequal].sort((one, another) => one - another);
  }

  /** Rows added less rows removed. */
  get count(): number {
    return this.counts.reduce((total, count) => total + count, 0);
  }

  toBytes(): Uint8Array {
    const bytes = Buffer.alloc(BUCKETS * BUCKET_BYTES);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const at = bucket * BUCKET_BYTES;
      bytes.writeDoubleBE(this.counts[bucket] ?? 0, at);
      this.sumOf(bucket).forEach((limb, place) => bytes.writeUInt32BE(limb, at + COUNT_BYTES + place * 4));
    }
    return bytes;
  }

  /** @throws RangeError if the bytes are not those of a fingerprint */
  static fromBytes(data: Uint8Array): Fingerprint {
    if (data.byteLength !== BUCKETS * BUCKET_BYTES)
      throw new RangeError(`A fingerprint has ${BUCKETS * BUCKET_BYTES} bytes, not ${data.byteLength}.`);
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const fingerprint = new Fingerprint();
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const at = bucket * BUCKET_BYTES;
      fingerprint.counts[bucket] = bytes.readDoubleBE(at);
      for (let place = 0; place < LIMBS; place++)
        fingerprint.sums[bucket * LIMBS + place] = bytes.readUInt32BE(at + COUNT_BYTES + place * 4);
    }
    return fingerprint;
  }

  private change(key: Item, item: Item, sign: 1 | -1): void {
    if (!isTombstone(item)) this.accumulate(Fingerprint.bucketOf(key), sign, digestOf(item));
  }

  private sumOf(bucket: number): Uint32Array {
    return this.sums.subarray(bucket * LIMBS, (bucket + 1) * LIMBS);
  }

  /** Adds to, or takes from, a bucket's sum modulo 2^128. */
  private accumulate(bucket: number, sign: 1 | -1, limbs: Uint32Array, rows = 1): void {
    this.counts[bucket] = (this.counts[bucket] ?? 0) + sign * rows;
    let carry = 0;
    for (let place = 0; place < LIMBS; place++) {
      const at = bucket * LIMBS + place;
      const sum = (this.sums[at] ?? 0) + sign * (limbs[place] ?? 0) + carry;
      this.sums[at] = sum; // modulo 2^32
      carry = Math.floor(sum / 2 ** 32);
    }
  }
}

/** 128 bits of the row; its key is among its attributes. */
function digestOf(item: Item): Uint32Array {
  const digest = hash('sha256', canonicalItem(withoutMarks(item)), 'buffer');
  const limbs = new Uint32Array(LIMBS);
  for (let place = 0; place < LIMBS; place++) limbs[place] = digest.readUInt32LE(place * 4);
  return limbs;
}
