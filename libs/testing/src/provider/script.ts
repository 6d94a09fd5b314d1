/** What a stand-in does with one request. */
export type ScriptedStep = AnswerStep | HttpErrorStep | SilentStep;

/** Decides per request, or is played in order: a request past the end of a list is answered with a 400. */
export type Script<Request> =
  ((request: Request, index: number) => ScriptedStep | Promise<ScriptedStep>) | readonly ScriptedStep[];

/** The model's turn: reasoning, items of the provider, then text, then tool calls, each as far as given. */
export interface AnswerStep {
  /** Several passages, where the provider tells passages apart. */
  reasoning?: string | readonly string[];
  /** Parts of the answer that this provider alone has (its own tools…), in its own words. */
  items?: readonly Record<string, unknown>[];
  /** Several pieces are streamed as that many deltas. */
  text?: string | readonly string[];
  /** What the text refers to, in the provider's words. */
  annotations?: readonly Record<string, unknown>[];
  toolCalls?: readonly ScriptedToolCall[];
  /** Where code of the provider has run. */
  containerId?: string;
  /** Before every delta. */
  delayMs?: number;
  usage?: ScriptedUsage;
  /**
   * How the answer ends, if not well: cut off, blocked by a filter, refused by the model in words (the text), paused, or
   * with an error after all that was said. `failed`: the provider's other way to say so, where it has two.
   */
  end?: 'length' | 'filtered' | 'refused' | 'paused' | { error: ScriptedError } | { failed: ScriptedError };
  fault?: StreamFault;
}

export interface ScriptedToolCall {
  name: string;
  /** A string is sent as it is, valid JSON or not, where the provider's calls are text. */
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

export interface ScriptedError {
  code: string;
  message: string;
}

export interface StreamFault {
  /** The connection is cut, goes silent, sends what cannot be read and goes on, or ends as if all had been said. */
  kind: 'cut' | 'stall' | 'malformed' | 'end';
  /** Pieces of the stream that come before it. */
  afterEvents: number;
}

/** An answer without a stream; `code` and `message` default to the provider's own for the status. */
export interface HttpErrorStep {
  httpError: HttpErrorScript;
}

export interface HttpErrorScript {
  status: number;
  code?: string;
  message?: string;
  retryAfterSeconds?: number;
}

/** The request is taken and never answered. */
export interface SilentStep {
  silent: true;
}
