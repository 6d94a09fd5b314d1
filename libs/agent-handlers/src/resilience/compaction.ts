import type { ConversationMessage } from '../conversation.ts';

/** A tool result shorter than this is left alone: cutting it would gain little and cost the answer. */
const MIN_RESULT_CHARS = 1_000;

/**
 * A conversation that a model has found too long, made shorter without changing what it is about: the question stays
 * whole, calls stay with their results, and what this run's tools answered is cut only when no history is left.
 */
export class Compaction {
  /** Messages at the start that are not said any more. */
  private dropped = 0;
  private maxResultChars = Infinity;

  apply(messages: readonly ConversationMessage[]): readonly ConversationMessage[] {
    if (this.dropped === 0 && this.maxResultChars === Infinity) return messages;
    return messages.slice(this.dropped).map((message) => this.shortened(message));
  }

  /** Gives up half of what can be given up. @returns false when nothing can any more */
  advance(messages: readonly ConversationMessage[]): boolean {
    const question = messages.findLastIndex(({ role }) => role === 'user');
    const units = unitStarts(messages, this.dropped, question);
    if (units.length > 0) {
      this.dropped = units[Math.ceil(units.length / 2)] ?? question;
      return true;
    }
    const longest = Math.max(0, ...messages.flatMap(resultLengths));
    const next = Math.floor(Math.min(longest, this.maxResultChars) / 2);
    if (next < MIN_RESULT_CHARS) return false;
    this.maxResultChars = next;
    return true;
  }

  private shortened(message: ConversationMessage): ConversationMessage {
    if (message.role !== 'tool') return message;
    const cut = (text: string) =>
      text.length > this.maxResultChars ? `${text.slice(0, this.maxResultChars)} […]` : text;
    return { ...message, results: message.results.map((result) => ({ ...result, text: cut(result.text) })) };
  }
}

/** Where history can be cut: everywhere but before a result, which would lose its call. */
function unitStarts(messages: readonly ConversationMessage[], from: number, to: number): number[] {
  return messages.flatMap(({ role }, index) =>
    index >= from && index < to && role !== 'tool' ? [index] : [],
  );
}

const resultLengths = (message: ConversationMessage): number[] =>
  message.role === 'tool' ? message.results.map(({ text }) => text.length) : [];
