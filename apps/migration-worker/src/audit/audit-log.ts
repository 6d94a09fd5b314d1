import { appendFile, readFile } from 'node:fs/promises';
import { AUDIT_START, auditLine, sealOf } from '@agent-engine/migration-core';
import { createItem, itemsOf, readItem } from '../control/control-items.ts';
import type { ControlTable } from '../control/control-table.ts';

const prefix = 'audit#';
const itemOf = (index: number) => `${prefix}${String(index).padStart(9, '0')}`;

interface Link {
  index: number;
  hash: string;
}

/**
 * What was done to the migration, by whom and when: appended, never changed, each line chained to the one before by
 * its hash. The chain is kept in the control table, where all workers append to it; the file mirrors it.
 */
export class AuditLog {
  private readonly table: ControlTable;
  private readonly file: string;
  private head: Link | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(table: ControlTable, file: string) {
    this.table = table;
    this.file = file;
  }

  /** @param entry facts of the migration, no contents of rows */
  append(entry: { what: string } & Record<string, unknown>): Promise<void> {
    const next = this.queue.then(() => this.link({ at: new Date().toISOString(), ...entry }));
    this.queue = next.catch(() => {});
    return next;
  }

  /** The whole chain, oldest first. */
  async *lines(): AsyncGenerator<string> {
    for await (const item of itemsOf(this.table, prefix)) yield item.line?.S ?? '';
  }

  private async link(entry: object): Promise<void> {
    for (;;) {
      const head = await this.catchUp();
      const { line, hash } = auditLine(
        { index: head.index + 1, migration: this.table.id, ...entry },
        head.hash,
      );
      const item = itemOf(head.index + 1);
      const created = await createItem(this.table, item, { line: { S: line } });
      // Not created, and yet this line: a first try whose answer got lost.
      if (!created && (await readItem(this.table, item))?.line?.S !== line) continue;
      await this.mirror(line, { index: head.index + 1, hash });
      return;
    }
  }

  /** Reads on to the end of the chain, from where the file ends. */
  private async catchUp(): Promise<Link> {
    this.head ??= await this.lastMirrored();
    for (;;) {
      const index = this.head.index + 1;
      const line = (await readItem(this.table, itemOf(index)))?.line?.S;
      if (line === undefined) return this.head;
      await this.mirror(line, { index, hash: sealOf(line) ?? '' });
    }
  }

  /** The file may be another migration's, or end in a line that a crash has cut off. */
  private async lastMirrored(): Promise<Link> {
    const text = await readFile(this.file, 'utf8').catch(() => '');
    for (const line of text.trimEnd().split('\n').reverse()) {
      const hash = sealOf(line);
      const index = hash === undefined ? undefined : (JSON.parse(line) as { index?: number }).index;
      if (hash === undefined || index === undefined) continue;
      if ((await readItem(this.table, itemOf(index)))?.line?.S === line) return { index, hash };
    }
    return { index: -1, hash: AUDIT_START };
  }

  private async mirror(line: string, link: Link): Promise<void> {
    this.head = link;
    await appendFile(this.file, `${line}\n`);
  }
}
