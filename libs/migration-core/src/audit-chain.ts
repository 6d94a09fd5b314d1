import { hash } from 'node:crypto';

/** What the first line of a log follows. */
export const AUDIT_START = '0'.repeat(64);

export interface AuditLine {
  line: string;
  /** What the next line follows. */
  hash: string;
}

/**
 * An entry as a line of JSON that seals itself and, through `prev`, every line before it: none can be changed,
 * left out or moved without breaking the chain. Cutting off the end does not show; compare the last hash with
 * one kept elsewhere.
 */
export function auditLine(entry: object, previous: string): AuditLine {
  const body = JSON.stringify({ ...entry, prev: previous });
  const sealed = hash('sha256', body, 'hex');
  return { line: `${body.slice(0, -1)},"hash":"${sealed}"}`, hash: sealed };
}

/** The hash of a line if it is one of this log and unchanged. */
export function sealOf(line: string): string | undefined {
  return parse(line)?.hash;
}

/** Index of the first line that does not follow the one before it, or that was changed; undefined if all hold. */
export function firstBroken(lines: Iterable<string>, start: string = AUDIT_START): number | undefined {
  let previous = start;
  let index = 0;
  for (const line of lines) {
    const parsed = parse(line);
    if (parsed?.prev !== previous) return index;
    previous = parsed.hash;
    index++;
  }
  return undefined;
}

const SEAL = /,"hash":"([0-9a-f]{64})"\}$/;

function parse(line: string): { prev: unknown; hash: string } | undefined {
  const seal = SEAL.exec(line);
  if (!seal?.[1]) return undefined;
  const body = `${line.slice(0, seal.index)}}`;
  if (hash('sha256', body, 'hex') !== seal[1]) return undefined;
  return { prev: (JSON.parse(body) as { prev?: unknown }).prev, hash: seal[1] };
}
