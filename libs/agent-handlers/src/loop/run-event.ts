import type { NativeToolActivity, OutputFile, Source } from '../agent-handler.ts';
import type { ToolCall, TokenUsage } from '../conversation.ts';
import type { JsonValue } from '../json.ts';

/** A tool call with its place in the run. */
export interface PlacedCall extends ToolCall {
  /** Model step that asked for it, and position in that answer; both from 0. */
  step: number;
  index: number;
  /** The same for the same call at the same place, whichever runner executes the run. */
  idempotencyKey: string;
}

/** What happens in a run, in order within the answer and within each call. */
export type RunEvent =
  | { type: 'step-started'; step: number }
  | { type: 'text-delta'; text: string }
  | { type: 'reasoning-delta'; text: string; block: string }
  /** Structured output as far as it is known, each time whole; its text comes too. */
  | { type: 'object'; value: JsonValue }
  /** A tool that the provider runs itself. */
  | { type: 'native-tool'; activity: NativeToolActivity }
  | { type: 'source'; source: Source }
  | { type: 'output-file'; file: OutputFile }
  | { type: 'warning'; message: string }
  | { type: 'usage'; usage: TokenUsage }
  /** `model` in the provider's words. */
  | { type: 'step-finished'; step: number; responseId?: string; model?: string }
  /** An earlier attempt has taken this step: nothing of it happens again. */
  | { type: 'step-restored'; step: number; text: string; usage?: TokenUsage; model?: string }
  /** All calls of one answer, before the first of them starts. */
  | { type: 'tools-requested'; calls: readonly PlacedCall[] }
  | { type: 'tool-started'; call: PlacedCall }
  /** `isRestored`: it was an earlier attempt that ran it, and this one has not started it. */
  | {
      type: 'tool-finished';
      call: PlacedCall;
      text: string;
      failed: boolean;
      timeSpentMs: number;
      isRestored?: boolean;
    };

/**
 * Sees every event before the run goes on. The place for records, frames, traces and policies: what it throws on
 * `step-started` keeps the model from being asked and ends the run, as on all others; what it throws on `tool-started`
 * keeps the tool from running, and the model learns why.
 */
export type RunObserver = (event: RunEvent) => void | Promise<void>;
