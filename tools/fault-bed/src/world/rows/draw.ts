import type { Random } from '../../random.ts';
import type { Value } from '../item.ts';

/** What earlier rows of a tenant are known by, so that later ones can refer to them. */
export interface Family {
  agents: string[];
  agentVersions: string[];
  threads: { thread: string; agent: string; createdAt: number }[];
  runs: { thread: string; run: string; createdAt: number }[];
  mcpServers: string[];
  prompts: string[];
  flows: string[];
  flowVersions: string[];
  elements: string[];
  wizards: string[];
  groups: string[];
}

export const newFamily = (): Family => ({
  agents: [],
  agentVersions: [],
  threads: [],
  runs: [],
  mcpServers: [],
  prompts: [],
  flows: [],
  flowVersions: [],
  elements: [],
  wizards: [],
  groups: [],
});

const REMEMBERED = 200;

/** Keeps the last ones, so that a million rows need no more memory than a thousand. */
export function remember<T>(list: T[], entry: T): T {
  list.push(entry);
  if (list.length > REMEMBERED) list.shift();
  return entry;
}

/** Everything one row is made of. The same random sequence makes the same row. */
export class Draw {
  /** Milliseconds; between the first engine with today's keys and the last one before partitions. */
  readonly at: number;

  readonly random: Random;
  readonly tenant: string;
  readonly family: Family;

  constructor(random: Random, tenant: string, family: Family) {
    this.random = random;
    this.tenant = tenant;
    this.family = family;
    this.at = random.int(FIRST, LAST);
  }

  /** Whether the engine that wrote this row already did what it does since that day. */
  since(day: string): boolean {
    return this.at >= Date.parse(day);
  }

  key(): string {
    return this.random.digits(20);
  }

  familyKey(prefix: string): string {
    return `${prefix}-${Math.floor(this.at / 1000)}-${this.random.hex(8)}`;
  }

  created(): string {
    return clock(this.at, this.random.int(0, 1000));
  }

  updated(): string {
    const later = this.random.chance(0.5) ? 0 : this.random.int(0, 40 * DAY);
    return clock(this.at + later, this.random.int(0, 1000));
  }

  by(): string {
    return this.random.pick(['operator', 'jane.doe', 'etl', 'müller', '0']);
  }

  /** Prose of about so many characters. */
  prose(length: number): string {
    const words: string[] = [];
    for (let left = length; left > 0;) {
      const word = this.random.pick(WORDS);
      words.push(word);
      left -= word.length + 1;
    }
    return words.join(' ');
  }

  /** Absent half of the time, and now and then the NULL that an update with None left. */
  maybe(value: () => Value): Value | undefined {
    if (this.random.chance(0.5)) return undefined;
    return this.random.chance(0.06) ? null : value();
  }

  /** A name inside JSON: clients wrote camelCase until the engine began to convert it. */
  inner(snake: string): string {
    if (this.since('2026-01-19') || this.random.chance(0.3)) return snake;
    return snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  }
}

const DAY = 86_400_000;
const FIRST = Date.parse('2025-03-20');
const LAST = Date.parse('2026-02-10');

/** `YYYY-MM-DDTHH:mm:ss.ffffff+0000` */
export function clock(milliseconds: number, microseconds = 0): string {
  const iso = new Date(milliseconds).toISOString().slice(0, -1);
  return `${iso}${String(microseconds).padStart(3, '0')}+0000`;
}

const WORDS =
  'order ships on thursday from the warehouse in Köln please answer briefly customer asked twice about {order_id} refund policy 30 days 日本語 naïve café status unknown — escalate 🚀 to a person " quoted \' text \\ back\nnew line'.split(
    ' ',
  );
