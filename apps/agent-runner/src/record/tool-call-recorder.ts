import type { PlacedCall, RunEvent } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import type { Models, Owner } from '@agent-engine/models';
import { cut } from './cut.ts';
import { recordKey } from './record-keys.ts';

/** A row and its two index entries end at 400 KB; what a tool answers has no end. */
const MAX_BYTES = { arguments: 40_000, content: 80_000, notes: 2_000 };

const FINAL = new Set(['completed', 'failed']);

type Finished = Extract<RunEvent, { type: 'tool-finished' }>;

/** Writes each tool call's way: `initial` → `in_progress` → `completed` or `failed`. */
export class ToolCallRecorder {
  private readonly models: Models;
  private readonly owner: Owner;
  private readonly runUuid: string;
  private readonly updatedBy: string;
  /** Finished calls of the current answer that wait for an earlier one. */
  private readonly unwritten = new Map<number, Finished>();
  private nextIndex = 0;
  /** Rows that an earlier attempt has ended. */
  private readonly ended = new Set<string>();

  constructor(models: Models, owner: Owner, run: { runUuid: string; updatedBy: string }) {
    this.models = models;
    this.owner = owner;
    this.runUuid = run.runUuid;
    this.updatedBy = run.updatedBy;
  }

  async observe(event: RunEvent): Promise<void> {
    switch (event.type) {
      case 'tools-requested':
        this.unwritten.clear();
        this.nextIndex = 0;
        // Begun in call order: rows are stamped when their writing begins.
        await Promise.all(event.calls.map((call) => this.requested(call)));
        break;
      case 'tool-started':
        // A row of an earlier attempt opens again.
        await this.change(event.call, { status: 'in_progress', content: null, notes: null, timeSpent: null });
        break;
      case 'tool-finished':
        await this.finished(event);
        break;
      default: // not about tools
    }
  }

  /** Another attempt was at this run before: what it has recorded as ended stays as it is. */
  async resume(): Promise<void> {
    for (const { toolCallUuid, status } of await this.rows())
      if (FINAL.has(status)) this.ended.add(toolCallUuid);
  }

  /** Ends the records of calls that nobody is going to end any more, in call order. */
  async closeOpen(notes: string): Promise<void> {
    const open = (await this.rows()).filter(({ status }) => !FINAL.has(status));
    open.sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
    for (const { toolCallUuid } of open) {
      const changes = { status: 'failed', notes, updatedBy: this.updatedBy };
      await this.models.toolCall.update(this.owner, { toolCallUuid }, changes);
    }
  }

  private async rows() {
    const { items } = await this.models.toolCall.list(this.owner, { runUuid: this.runUuid, limit: 1000 });
    return items;
  }

  /** Lists are sorted by the last change, so the calls of one answer are finished in the order they were made. */
  private async finished(event: Finished): Promise<void> {
    this.unwritten.set(event.call.index, event);
    const due: Finished[] = [];
    for (let next = this.unwritten.get(this.nextIndex); next; next = this.unwritten.get(++this.nextIndex)) {
      due.push(next);
    }
    await Promise.all(
      due
        .filter(({ call }) => !this.ended.has(this.key(call)))
        .map(({ call, text, failed, timeSpentMs }) =>
          this.change(call, {
            status: failed ? 'failed' : 'completed',
            content: cut(text, MAX_BYTES.content),
            notes: failed ? cut(text, MAX_BYTES.notes) : undefined,
            timeSpent: timeSpentMs,
          }),
        ),
    );
  }

  private async requested(call: PlacedCall): Promise<void> {
    const row = {
      toolCallId: call.id,
      toolType: 'function',
      name: call.name,
      arguments: cut(call.arguments, MAX_BYTES.arguments),
      status: 'initial',
    };
    try {
      await this.models.toolCall.create(this.owner, {
        ...row,
        toolCallUuid: this.key(call),
        runUuid: this.runUuid,
        updatedBy: this.updatedBy,
      });
    } catch (error) {
      if (!AppError.is(error, 'entity.conflict')) throw error;
    }
  }

  private async change(call: PlacedCall, changes: Record<string, unknown>): Promise<void> {
    await this.models.toolCall.update(
      this.owner,
      { toolCallUuid: this.key(call) },
      { ...changes, updatedBy: this.updatedBy },
    );
  }

  private key(call: PlacedCall): string {
    return recordKey('tool call', call.idempotencyKey);
  }
}
