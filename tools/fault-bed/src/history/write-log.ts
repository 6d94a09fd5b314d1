import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Item } from '../world/item.ts';
import { itemFromJson, itemToJson } from './item-json.ts';
import type { Side } from './logical-row.ts';

/** One write to one row: said before it is sent. */
export interface Intent {
  /** The writer, and the number of the write within it. */
  writer: string;
  n: number;
  /** Milliseconds with fractions, comparable between processes of one machine. */
  at: number;
  side: Side;
  /** Without prefix. */
  table: string;
  op: string;
  /** The whole row as it will be, or null: deleted. */
  image: Item | null;
  /** Its key, which a deleted row has no image for. */
  key: Item;
}

/** What became of it: `ack` the database took it, `nack` the database refused it. None: nobody knows. */
export type Outcome = 'ack' | 'nack';

export interface LoggedWrite extends Intent {
  outcome?: Outcome;
  outcomeAt?: number;
}

export const now = (): number => performance.timeOrigin + performance.now();

/**
 * Intents before, outcomes after each write, one JSON object per line. Written synchronously: what was said before a
 * kill -9 is in the file.
 */
export class WriteLog {
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  intent({ image, key, ...rest }: Intent): void {
    this.line({ ...rest, key: itemToJson(key), image: image && itemToJson(image) });
  }

  outcome({ writer, n }: Intent, outcome: Outcome): void {
    this.line({ writer, n, outcome, at: now() });
  }

  close(): void {
    closeSync(this.file);
  }

  private line(entry: object): void {
    writeSync(this.file, `${JSON.stringify(entry)}\n`);
  }
}

type Line = Omit<Intent, 'image' | 'key'> & { outcome?: Outcome; image: unknown; key: unknown };

/** All writes of the logs, oldest first. A last line that a kill cut off is not counted: its write was not sent. */
export function readWriteLogs(paths: readonly string[]): LoggedWrite[] {
  return paths.flatMap(readLog).sort((a, b) => a.at - b.at);
}

function readLog(path: string): LoggedWrite[] {
  const writes = new Map<string, LoggedWrite>();
  const lines = readFileSync(path, 'utf8').split('\n');
  for (const text of lines.slice(0, -1)) {
    const { outcome, ...line } = JSON.parse(text) as Line;
    const id = `${line.writer} ${line.n}`;
    const known = writes.get(id);
    if (!outcome) {
      const image = line.image === null ? null : itemFromJson(line.image);
      writes.set(id, { ...line, image, key: itemFromJson(line.key) });
    } else if (known) Object.assign(known, { outcome, outcomeAt: line.at });
  }
  return [...writes.values()];
}
