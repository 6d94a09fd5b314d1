import { createHash } from 'node:crypto';
import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { JournalEntry, journalEntry } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { send } from './database.ts';
import { Expression } from './expression.ts';
import type { Owner } from './owner.ts';
import { Repository } from './repository.ts';
import { textPieces } from './text-pieces.ts';

/** Text of one row: in UTF-8 it has three times as many bytes at most. */
const MAX_CHARS = 120_000;
const KEEP_SECONDS = 7 * 24 * 3_600;
const FINISHED = '#finished';

/** One attempt to answer one question. */
export interface Attempt {
  runUuid: string;
  /** From 1. */
  attempt: number;
}

/** JSON, and the attempt that wrote it. */
export interface JournalContent {
  content: string;
  attempt: number;
}

/** What runs have asked for and what came of it, in rows that are written once. */
export class JournalRepository extends Repository<typeof journalEntry> {
  /** Notes that something is going to be asked for. @param name the place in the run; no `#` */
  async requested(owner: Owner, { runUuid, attempt }: Attempt, name: string): Promise<void> {
    await this.once(owner, { position: `${prefix(runUuid)}${name}#requested#${attempt}`, attempt });
  }

  /**
   * Notes what came of it.
   * @param content JSON of any length
   * @returns false when another attempt has noted something else, which then stands
   */
  async finished(
    owner: Owner,
    { runUuid, attempt }: Attempt,
    name: string,
    content: string,
  ): Promise<boolean> {
    const [first = '', ...rest] = textPieces(content, MAX_CHARS);
    const entry = `${prefix(runUuid)}${name}`;
    // The row that makes it an entry is the last: there is never half of one.
    await Promise.all(
      rest.map((part, i) => this.once(owner, { position: partOf(entry, attempt, i + 1), content: part })),
    );
    const row = { position: entry + FINISHED, content: first, parts: rest.length + 1, attempt };
    if (await this.once(owner, row)) return true;
    // The database may have taken it without our hearing so, and then taken its repetition for another's.
    const stored = await this.get(owner, { position: row.position });
    return stored?.attempt === attempt && stored.content === first && stored.parts === row.parts;
  }

  /** Everything that is finished in a run, by name. Strongly consistent. */
  async entries(owner: Owner, runUuid: string): Promise<Map<string, JournalContent>> {
    const rows = new Map<string, JournalEntry>();
    for await (const item of this.rowsOf(owner, runUuid)) {
      const row = this.codec.decode(item);
      rows.set(row.position, row);
    }
    const found = new Map<string, JournalContent>();
    for (const { position, content, parts, attempt } of rows.values()) {
      if (!position.endsWith(FINISHED)) continue;
      const entry = position.slice(0, -FINISHED.length);
      const rest = Array.from({ length: (parts ?? 1) - 1 }, (_, i) => {
        const part = rows.get(partOf(entry, attempt ?? 0, i + 1));
        if (!part) throw new AppError('internal.unexpected', 'A part of a journal entry is missing.');
        return part.content;
      });
      found.set(entry.slice(prefix(runUuid).length), {
        content: [content, ...rest].join(''),
        attempt: attempt ?? 0,
      });
    }
    return found;
  }

  private async *rowsOf(owner: Owner, runUuid: string) {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const words = new Expression();
      const keys = [
        words.equals('threadUuid', owner.threadUuid),
        words.startsWith('position', prefix(runUuid)),
      ];
      const answer = await send(
        this.client.send(
          new QueryCommand({
            TableName: this.table,
            KeyConditionExpression: keys.join(' AND '),
            FilterExpression: words.equals('partitionKey', owner.partition.key),
            ExpressionAttributeNames: words.names,
            ExpressionAttributeValues: words.values,
            ConsistentRead: true,
            ExclusiveStartKey: start,
          }),
        ),
      );
      yield* answer.Items ?? [];
      start = answer.LastEvaluatedKey;
    } while (start);
  }

  /** @returns false when the row is there already */
  private async once(owner: Owner, row: Pick<JournalEntry, 'position'> & Partial<JournalEntry>) {
    try {
      await this.create(owner, { ...row, expiresAt: Math.ceil(Date.now() / 1_000) + KEEP_SECONDS });
      return true;
    } catch (error) {
      if (!AppError.is(error, 'entity.conflict')) throw error;
      return false;
    }
  }
}

/** Clients may choose a run's id: one that could be mistaken for another's prefix, or fill a key, goes by its digest. */
function prefix(runUuid: string): string {
  const plain = /^[\w-]{1,128}$/.test(runUuid);
  return `${plain ? runUuid : createHash('sha256').update(runUuid).digest('hex')}#`;
}

const partOf = (entry: string, attempt: number, number: number) => `${entry}#part#${attempt}#${number}`;
