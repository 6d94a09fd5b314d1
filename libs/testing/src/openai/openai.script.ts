import type { OpenAiRequest } from './openai.request.ts';

/** What the stand-in does with one request. */
export type ScriptedStep = AnswerStep | HttpErrorStep | SilentStep;

/** Decides per request, or is played in order: a request past the end of a list is answered with a 400. */
export type OpenAiScript =
  ((request: OpenAiRequest, index: number) => ScriptedStep | Promise<ScriptedStep>) | readonly ScriptedStep[];

/** The model's turn: reasoning, then text, then tool calls, each as far as given. */
export interface AnswerStep {
  /** Summary parts. */
  reasoning?: string | readonly string[];
  /** Several pieces are streamed as that many deltas. */
  text?: string | readonly string[];
  toolCalls?: readonly ScriptedToolCall[];
  /** Before every delta. */
  delayMs?: number;
  usage?: ScriptedUsage;
  /** `completed` when absent. */
  end?: { incomplete: string } | { failed: ProviderError } | { error: ProviderError };
  fault?: StreamFault;
}

export interface ScriptedToolCall {
  name: string;
  /** A string is sent as it is, valid JSON or not. */
  arguments?: unknown;
  callId?: string;
}

/** Counts that are not given are derived from the lengths of the texts. */
export interface ScriptedUsage {
  inputTokens?: number;
  outputTokens?: number;
  cachedTokens?: number;
  reasoningTokens?: number;
}

export interface ProviderError {
  code: string;
  message: string;
}

export interface StreamFault {
  /** The connection is cut, goes silent, or sends an event that is not JSON and goes on. */
  kind: 'cut' | 'stall' | 'malformed';
  afterEvents: number;
}

/** An answer without a stream; `code` and `message` default to the provider's own for the status. */
export interface HttpErrorStep {
  httpError: { status: number; code?: string; message?: string; retryAfterSeconds?: number };
}

/** The request is taken and never answered. */
export interface SilentStep {
  silent: true;
}
