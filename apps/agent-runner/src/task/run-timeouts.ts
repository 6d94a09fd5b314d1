import type { runSettings } from '@agent-engine/agent-handlers';
import type { z } from 'zod';
import type { RunServices } from './run-services.ts';

/** All in milliseconds. */
export interface RunTimeouts {
  runMs: number;
  toolMs: number;
  stepMs?: number;
  firstTokenMs?: number;
}

/** What the agent wants, within what the engine allows. */
export function runTimeouts(
  limits: RunServices['limits'],
  settings: z.output<typeof runSettings>,
): RunTimeouts {
  const shorter = <T extends number | undefined>(limit: T, seconds: number | null | undefined) =>
    seconds == null ? limit : Math.min(limit ?? Infinity, seconds * 1_000);
  return {
    runMs: shorter(limits.runDeadlineMs, settings.run_timeout_seconds),
    toolMs: shorter(limits.toolTimeoutMs, settings.tool_timeout_seconds),
    stepMs: shorter(limits.stepTimeoutMs, settings.step_timeout_seconds),
    firstTokenMs: shorter(limits.firstTokenTimeoutMs, settings.first_token_timeout_seconds),
  };
}
