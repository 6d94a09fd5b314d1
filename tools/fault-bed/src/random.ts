/** Numbers that look random and are the same for the same seed: what a failing run prints makes it run again. */
export class Random {
  private state: number;

  constructor(seed: number | string) {
    this.state = typeof seed === 'number' ? seed | 0 : hashOf(seed);
  }

  /** In [0, 1). mulberry32 */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** In [from, to). */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @throws RangeError for an empty list */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('Nothing to pick from.');
    return list[this.int(0, list.length)] as T;
  }

  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Partial<Record<K, number>>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.next() * entries.reduce((total, [, weight]) => total + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return (entries.findLast(([, weight]) => weight > 0) ?? this.pick(entries))[0];
  }

  digits(count: number): string {
    let text = '';
    while (text.length < count) text += String(this.int(0, 1e9)).padStart(9, '0');
    return text.slice(0, count);
  }

  hex(count: number): string {
    return Array.from({ length: count }, () => this.int(0, 16).toString(16)).join('');
  }

  /** A sequence of its own, which draws nothing from this one. */
  fork(label: string): Random {
    return new Random(hashOf(`${this.state}:${label}`));
  }
}

/** FNV-1a, 32 bits: also says which writer a key belongs to, the same in every process. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
