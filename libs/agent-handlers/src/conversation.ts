import type { JsonObject, JsonValue } from './json.ts';

/** A tool the model may ask for. `inputSchema` is JSON Schema and goes to the provider unchanged. */
export interface ToolDefinition {
  name: string;
  description?: string;
  inputSchema: JsonObject;
}

/** What the model asks for. The arguments are the text it wrote, which may fail to be a JSON object. */
export interface ToolCall {
  /** The provider's id of the call; unique within one answer of the model only. */
  id: string;
  name: string;
  arguments: string;
}

export interface ToolResult {
  call: ToolCall;
  text: string;
  failed: boolean;
}

/**
 * One piece of an answer of the model. `providerData` is what its provider wants back unchanged in the next step
 * (item ids, encrypted reasoning, signatures): plain JSON, opaque to everybody else.
 */
export type AssistantPart =
  | { type: 'text'; text: string; providerData?: JsonObject }
  | { type: 'reasoning'; text: string; providerData?: JsonObject }
  | { type: 'tool-call'; call: ToolCall; providerData?: JsonObject }
  /** A tool the provider has run, and what came of it. The loop has nothing to do with either. */
  | { type: 'native-call'; call: ToolCall; providerData?: JsonObject }
  | { type: 'native-result'; call: ToolCall; result: JsonValue; failed: boolean; providerData?: JsonObject }
  /** A file of the answer; `content` is base64. */
  | { type: 'file'; mediaType: string; content: string; providerData?: JsonObject }
  /** Something of this provider alone. `kind` has the form `provider.thing`. */
  | { type: 'custom'; kind: string; providerData?: JsonObject };

/** A file that comes with a question: inside it in base64, or already at the provider under an id. */
export type MessageFile = { filename: string; mediaType: string } & (
  { content: string; fileId?: undefined } | { content?: undefined; fileId: string }
);

/** Provider-neutral and JSON all through, so a run can be written down between two steps. */
export type ConversationMessage =
  | { role: 'system'; text: string }
  | { role: 'user'; text: string; files?: readonly MessageFile[] }
  | { role: 'assistant'; parts: readonly AssistantPart[] }
  | { role: 'tool'; results: readonly ToolResult[] };

/** Tokens as the provider reports them; absent counts are 0. */
export interface TokenUsage {
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
  cachedTokens: number;
  reasoningTokens: number;
}

export const NO_USAGE: TokenUsage = Object.freeze({
  promptTokens: 0,
  completionTokens: 0,
  totalTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
});

export function addUsage(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    promptTokens: one.promptTokens + other.promptTokens,
    completionTokens: one.completionTokens + other.completionTokens,
    totalTokens: one.totalTokens + other.totalTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
  };
}
