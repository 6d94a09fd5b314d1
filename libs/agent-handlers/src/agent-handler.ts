import type { z } from 'zod';
import type {
  ConversationMessage,
  AssistantPart,
  TokenUsage,
  ToolCall,
  ToolDefinition,
} from './conversation.ts';
import type { FilePort } from './files/file-port.ts';

/** How an llm row names its handler. */
export interface HandlerId {
  moduleName: string;
  className: string;
}

/** Why the model stopped. `length`: cut off, the text so far is usable. */
export type FinishReason = 'stop' | 'tool-calls' | 'length';

/** What happens during one step, in order; `usage` at most once, `finish` exactly once and last. */
export type StepEvent =
  | { type: 'text-delta'; text: string }
  /** `block` tells consecutive reasoning passages apart. */
  | { type: 'reasoning-delta'; text: string; block: string }
  | { type: 'tool-call'; call: ToolCall }
  | { type: 'usage'; usage: TokenUsage }
  | {
      type: 'finish';
      reason: FinishReason;
      /** The provider's ids of this answer. */
      responseId?: string;
      messageId?: string;
      /** The model's turn, to append to the conversation. */
      parts: readonly AssistantPart[];
    };

/** Everything one step needs. Made afresh for each step and never changed: handlers keep nothing. */
export interface StepRequest<Configuration = unknown> {
  readonly configuration: Configuration;
  /** Used when the configuration names no model. */
  readonly defaultModel: string;
  readonly instructions?: string;
  readonly messages: readonly ConversationMessage[];
  /** Empty: the model has to answer without tools. */
  readonly tools: readonly ToolDefinition[];
  readonly signal: AbortSignal;
}

/**
 * Talks to one kind of provider. Stateless: one instance serves all runs of all tenants at once.
 *
 * A step that cannot be finished throws an AppError whose message is fit for clients (`provider.*`,
 * `egress.forbidden`), with the provider's own words in `cause` only; aborted, it throws the signal's reason.
 */
export interface AgentHandler<Configuration = unknown> {
  readonly id: HandlerId;
  /** Parses an agent's `configuration`. Keys may be snake_case or camelCase; unknown ones are left alone. */
  readonly configuration: z.ZodType<Configuration>;
  /** Asks the model once. Tools are only offered: running them is the loop's work. */
  step(request: StepRequest<Configuration>): AsyncIterable<StepEvent>;
  /** Absent where the provider keeps no files, or not for us. */
  readonly files?: FilePort<Configuration>;
}
