import type { RunEvent } from '../loop/run-event.ts';
import type { Frame, NoticeFrame, ToolCallState } from './frame.ts';
import { FrameQueue } from './frame-queue.ts';

/** Text is passed on in pieces of at least this many characters, the last one excepted. */
const MIN_CHUNK = 10;
/** A single delta can be a whole document; frames have a limit. */
const MAX_CHUNK = 16_000;

export interface AnswerStreamOptions {
  connectionId: string;
  runUuid: string;
  /** From 1. A later attempt counts on where no earlier one can have got to. */
  attempt: number;
  /** Delivers one frame; never rejects. */
  send: (frame: Frame) => Promise<void>;
}

const INDICES_PER_ATTEMPT = 1_000_000;

/** Tells one run to one client: text, reasoning, tool calls and exactly one end. */
export class AnswerStream {
  private readonly answerGroup: string;
  private readonly queue: FrameQueue;
  private answerBegun = false;
  private reasoning = { block: '', number: -1 };
  /** Text of one group that is too short to be sent yet. */
  private pending = { group: '', text: '' };

  constructor({ connectionId, runUuid, attempt, send }: AnswerStreamOptions) {
    this.answerGroup = `${connectionId}-${runUuid}`;
    this.queue = new FrameQueue(send, (attempt - 1) * INDICES_PER_ATTEMPT);
  }

  observe(event: RunEvent): void {
    switch (event.type) {
      case 'text-delta':
        this.append(this.answerGroup, event.text);
        break;
      case 'reasoning-delta':
        if (event.block !== this.reasoning.block) {
          this.reasoning = { block: event.block, number: this.reasoning.number + 1 };
        }
        this.append(`${this.answerGroup}-rs#${this.reasoning.number}`, event.text);
        break;
      case 'step-finished':
        this.flush();
        this.reasoning.block = ''; // the next step may use the same names for its passages
        break;
      case 'tool-started':
        this.toolCall(event.call, 'started');
        break;
      case 'tool-finished':
        this.toolCall(event.call, event.failed ? 'failed' : 'completed');
        break;
      default: // of no interest to a client
    }
  }

  /** The end of the answer, then what clients read after it. Resolves when all of it has been sent. */
  async end(last: Extract<NoticeFrame, { type: 'error' | 'result' }>): Promise<void> {
    this.flush();
    this.chunk(this.answerGroup, '', true);
    this.queue.push(last);
    await this.queue.drained();
  }

  private append(group: string, text: string): void {
    if (this.pending.group !== group) this.flush();
    this.pending = { group, text: this.pending.text + text };
    if (this.pending.text.length >= MIN_CHUNK) this.flush();
  }

  private flush(): void {
    const { group, text } = this.pending;
    this.pending = { group: '', text: '' };
    if (text === '') return;
    if (group === this.answerGroup && !this.answerBegun) this.chunk(group, '', false);
    this.answerBegun ||= group === this.answerGroup;
    for (const piece of pieces(text)) this.chunk(group, piece, false);
  }

  private chunk(group: string, text: string, end: boolean): void {
    this.queue.push({ message_group_id: group, data_format: 'text', chunk_delta: text, is_message_end: end });
  }

  private toolCall({ id, name }: { id: string; name: string }, state: ToolCallState): void {
    this.queue.push({ type: 'tool_call', message_group_id: this.answerGroup, tool_call_id: id, name, state });
  }
}

/** Never between the halves of a surrogate pair: not every client can put them together again. */
function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const cut = start + MAX_CHUNK;
    const end = /[\ud800-\udbff]/.test(text.charAt(cut - 1)) ? cut - 1 : cut;
    yield text.slice(start, end);
    start = end;
  }
}
