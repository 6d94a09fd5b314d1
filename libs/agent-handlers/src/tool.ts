import type { ToolDefinition } from './conversation.ts';
import type { JsonObject } from './json.ts';

/** What a tool answered. `failed` results go back to the model too: it can often do better next time. */
export interface ToolOutcome {
  text: string;
  failed: boolean;
}

export interface ToolRunOptions {
  /** Aborts at the tool's timeout and when the run ends. */
  signal: AbortSignal;
  /** The same for the same call of the same run, even after a restart. */
  idempotencyKey: string;
}

/** A tool that can be run. Whatever `run` throws is a failed result with a text of ours. */
export interface Tool extends ToolDefinition {
  run(args: JsonObject, options: ToolRunOptions): Promise<ToolOutcome>;
}
