import type { RunEvent } from '../loop/run-event.ts';
import type { DataFormat, Frame, RunEnd, RunFacts, ToolCallState } from './frame.ts';
import { FrameQueue } from './frame-queue.ts';
import { textPieces } from './text-pieces.ts';
import { TagSplitter } from './tag-splitter.ts';

/** Clients of the first version get text in pieces of at least this many characters, the last one excepted. */
export const LEGACY_MIN_CHUNK = 10;

export interface AnswerStreamOptions {
  connectionId: string;
  runUuid: string;
  /** From 1. A later attempt counts on where no earlier one can have got to. */
  attempt: number;
  /** Text waits until there is this much of it. Default 1. */
  minChunk?: number;
  /** Delivers one frame; never rejects. */
  send: (frame: Frame) => Promise<void>;
}

const NUMBERS_PER_ATTEMPT = 1_000_000;

/** Tells one run to one client: text, reasoning, objects, tool calls and exactly one end. */
export class AnswerStream {
  private readonly runUuid: string;
  private readonly answerGroup: string;
  private readonly queue: FrameQueue;
  private readonly tags = new TagSplitter();
  private readonly minChunk: number;
  private dataFormat: DataFormat = 'text';
  private answerBegun = false;
  private reasoning = { block: '', number: -1 };
  /** Text of one kind that is too short to be sent yet. */
  private pending = { group: '', format: 'text' as DataFormat, text: '' };

  constructor({ connectionId, runUuid, attempt, minChunk = 1, send }: AnswerStreamOptions) {
    this.runUuid = runUuid;
    this.answerGroup = `${connectionId}-${runUuid}`;
    this.minChunk = minChunk;
    this.queue = new FrameQueue(send, (attempt - 1) * NUMBERS_PER_ATTEMPT);
  }

  /**
   * The run begins, or goes on after another runner was interrupted.
   * @param textLength of the answer as far as it stands
   */
  begin({ dataFormat, textLength }: { dataFormat: DataFormat; textLength?: number }): void {
    this.dataFormat = dataFormat;
    const { runUuid: run_uuid } = this;
    this.queue.push(
      textLength === undefined
        ? { type: 'run.started', run_uuid }
        : { type: 'run.resumed', run_uuid, text_length: textLength },
    );
  }

  /** @returns a promise to be awaited when the client has fallen too far behind */
  observe(event: RunEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'text-delta':
        this.text(event.text);
        break;
      case 'reasoning-delta':
        if (event.block !== this.reasoning.block) {
          this.reasoning = { block: event.block, number: this.reasoning.number + 1 };
        }
        this.append(`${this.answerGroup}-rs#${this.reasoning.number}`, 'text', event.text);
        break;
      case 'object':
        this.flush();
        this.queue.push({ type: 'object', message_group_id: this.answerGroup, object: event.value });
        break;
      case 'step-finished':
        this.flushAll();
        this.reasoning.block = ''; // the next step may use the same names for its passages
        break;
      case 'tool-started':
        this.toolCall(event.call, 'started');
        break;
      case 'tool-finished':
        if (!event.isRestored) this.toolCall(event.call, event.failed ? 'failed' : 'completed');
        break;
      default: // of no interest to a client
    }
    return this.queue.pressure();
  }

  /** Resolves when the client has been sent all that was observed. */
  drained(): Promise<void> {
    return this.queue.drained();
  }

  /**
   * The end of the answer, then what clients read after it. Resolves when all of it has been sent.
   * @param detail why it came to nothing, as `code: sentence`
   */
  async end(status: RunEnd, { result = {}, detail }: { result?: RunFacts; detail?: string }): Promise<void> {
    const { runUuid: run_uuid } = this;
    this.flushAll();
    this.chunk(this.answerGroup, this.dataFormat, '', true);
    if (status !== 'completed') this.queue.push({ type: 'error', run_uuid, detail: detail ?? status });
    this.queue.push({ type: 'run.finished', run_uuid, status, result });
    await this.queue.drained();
  }

  /** Structured output is JSON all through: a `<` in it is no tag. */
  private text(text: string): void {
    if (this.dataFormat !== 'text') this.append(this.answerGroup, this.dataFormat, text);
    else for (const piece of this.tags.append(text)) this.append(this.answerGroup, piece.format, piece.text);
  }

  private append(group: string, format: DataFormat, text: string): void {
    if (this.pending.group !== group || this.pending.format !== format) this.flush();
    this.pending = { group, format, text: this.pending.text + text };
    if (format === 'xml' || this.pending.text.length >= this.minChunk) this.flush();
  }

  private flushAll(): void {
    const held = this.tags.end();
    if (held !== '') this.append(this.answerGroup, 'text', held);
    this.flush();
  }

  private flush(): void {
    const { group, format, text } = this.pending;
    this.pending = { group: '', format: 'text', text: '' };
    if (text === '') return;
    if (group === this.answerGroup && !this.answerBegun) this.chunk(group, this.dataFormat, '', false);
    this.answerBegun ||= group === this.answerGroup;
    for (const piece of textPieces(text)) this.chunk(group, format, piece, false);
  }

  private chunk(group: string, data_format: DataFormat, text: string, end: boolean): void {
    this.queue.push({
      message_group_id: group,
      data_format,
      chunk_delta: text,
      is_message_end: end,
      type: group === this.answerGroup ? 'text' : 'reasoning',
    });
  }

  private toolCall({ id, name }: { id: string; name: string }, state: ToolCallState): void {
    this.queue.push({ type: 'tool_call', message_group_id: this.answerGroup, tool_call_id: id, name, state });
  }
}
