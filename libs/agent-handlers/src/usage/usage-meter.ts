import { addUsage, type ConversationMessage, NO_USAGE, type TokenUsage } from '../conversation.ts';
import type { RunEvent } from '../loop/run-event.ts';

/** What tokens of ordinary text have on average. */
const CHARS_PER_TOKEN = 4;

export interface MeteredUsage {
  tokens: TokenUsage;
  /** Some step ended without its provider's count; its part is estimated from the lengths of texts. */
  estimated: boolean;
  /** Model steps that were begun. */
  steps: number;
  /** The model that answered last, in its provider's words. */
  model?: string;
}

/** Sums what a run uses, also of one that fails or is stopped in the middle of a step. */
export class UsageMeter {
  private reported = NO_USAGE;
  private steps = 0;
  private model: string | undefined;
  /** Characters the next step is going to read, as far as they are not in a count already. */
  private unreadChars = 0;
  /** What the provider counted last: read again in the next step. */
  private known = 0;
  /** Characters of the running step; undefined when none runs or its count is there. */
  private written: number | undefined;

  /** @param messages what the first step reads */
  prompt(messages: readonly ConversationMessage[], instructions = ''): void {
    this.unreadChars = messages.reduce((sum, message) => sum + charsOf(message), instructions.length);
  }

  observe(event: RunEvent): void {
    switch (event.type) {
      case 'step-started':
        this.steps++;
        this.written = 0;
        break;
      case 'text-delta':
      case 'reasoning-delta':
        if (this.written !== undefined) this.written += event.text.length;
        break;
      case 'usage':
        this.reported = addUsage(this.reported, event.usage);
        this.known = event.usage.totalTokens;
        this.unreadChars = 0;
        this.written = undefined;
        break;
      case 'step-restored':
        this.steps++;
        this.model = event.model ?? this.model;
        if (event.usage) {
          this.reported = addUsage(this.reported, event.usage);
          this.known = event.usage.totalTokens;
          this.unreadChars = 0;
        }
        break;
      case 'step-finished':
        this.model = event.model ?? this.model;
        break;
      case 'tool-finished':
        this.unreadChars += event.text.length;
        break;
      default: // costs nothing at the provider
    }
  }

  total(): MeteredUsage {
    const { reported, steps, model } = this;
    // A step that has said nothing has most likely been refused, and then costs nothing.
    if (!this.written) return { tokens: reported, estimated: false, steps, model };
    const promptTokens = this.known + Math.ceil(this.unreadChars / CHARS_PER_TOKEN);
    const completionTokens = Math.ceil(this.written / CHARS_PER_TOKEN);
    const totalTokens = promptTokens + completionTokens;
    const guess = { ...NO_USAGE, promptTokens, completionTokens, totalTokens };
    return { tokens: addUsage(reported, guess), estimated: true, steps, model };
  }
}

function charsOf(message: ConversationMessage): number {
  switch (message.role) {
    case 'system':
    case 'user':
      return message.text.length;
    case 'assistant':
      return message.parts.reduce(
        (sum, part) =>
          sum + ('text' in part ? part.text.length : 'call' in part ? part.call.arguments.length : 0),
        0,
      );
    case 'tool':
      return message.results.reduce((sum, { text }) => sum + text.length, 0);
  }
}
