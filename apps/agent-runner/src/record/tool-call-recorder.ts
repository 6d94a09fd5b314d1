import type { PlacedCall, RunEvent } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import type { Models, Owner } from '@agent-engine/models';
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
        await this.change(event.call, { status: 'in_progress' });
        break;
      case 'tool-finished':
        await this.finished(event);
        break;
      default: // not about tools
    }
  }

  /** Calls a killed runner left open. The same call, asked again, opens its row again. */
  async closeInterrupted(): Promise<void> {
    const { items } = await this.models.toolCall.list(this.owner, { runUuid: this.runUuid, limit: 1000 });
    await Promise.all(
      items
        .filter(({ status }) => !FINAL.has(status))
        .map(({ toolCallUuid }) =>
          this.models.toolCall.update(
            this.owner,
            { toolCallUuid },
            { status: 'failed', notes: 'The runner was interrupted.', updatedBy: this.updatedBy },
          ),
        ),
    );
  }

  /** Lists are sorted by the last change, so the calls of one answer are finished in the order they were made. */
  private async finished(event: Finished): Promise<void> {
    this.unwritten.set(event.call.index, event);
    const due: Finished[] = [];
    for (let next = this.unwritten.get(this.nextIndex); next; next = this.unwritten.get(++this.nextIndex)) {
      due.push(next);
    }
    await Promise.all(
      due.map(({ call, text, failed, timeSpentMs }) =>
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
      await this.change(call, { ...row, content: null, notes: null, timeSpent: null });
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

function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  // A character cut in two is dropped by the decoder's streaming mode.
  return bytes.length <= maxBytes
    ? text
    : `${new TextDecoder().decode(bytes.subarray(0, maxBytes), { stream: true })} […]`;
}
