import { AppError } from '@agent-engine/errors';
import type { ToolResult } from '../conversation.ts';
import { parseJsonObject } from '../json.ts';
import { orAborted } from '../or-aborted.ts';
import type { Tool, ToolOutcome } from '../tool.ts';
import { coerceArguments } from './coerce-arguments.ts';
import type { PlacedCall, RunObserver } from './run-event.ts';
import { callName, type RunJournal } from './run-journal.ts';

export interface ToolRunner {
  tools: readonly Tool[];
  /** How many calls of one answer run at once. */
  concurrency: number;
  timeoutMs: number;
  signal: AbortSignal;
  observe: RunObserver;
  journal: RunJournal;
}

/** What the journal keeps of a call. */
type Finished = ToolOutcome & { timeSpentMs: number };

/** Runs the calls of one answer of the model. Results are in call order, whichever finishes first. */
export async function runTools(calls: readonly PlacedCall[], runner: ToolRunner): Promise<ToolResult[]> {
  await runner.observe({ type: 'tools-requested', calls });
  const results = new Array<ToolResult>(calls.length);
  const queue = calls.entries();
  const worker = async () => {
    for (const [i, call] of queue) results[i] = { call, ...(await runTool(call, runner)) };
  };
  const workers = await Promise.allSettled(
    Array.from({ length: Math.min(runner.concurrency, calls.length) }, worker),
  );
  const broken = workers.find((outcome) => outcome.status === 'rejected');
  if (broken) throw broken.reason;
  return results;
}

async function runTool(call: PlacedCall, runner: ToolRunner): Promise<ToolOutcome> {
  const known = runner.journal.finished(callName(call)) as Finished | undefined;
  if (known) {
    await runner.observe({ type: 'tool-finished', call, ...known, isRestored: true });
    return known;
  }
  if (!runner.signal.aborted) await runner.journal.requested(callName(call));
  const started = performance.now();
  const outcome = await attempt(call, runner).catch((error: unknown) => ({
    text: whyItFailed(error, runner),
    failed: true,
  }));
  const finished: Finished = { ...outcome, timeSpentMs: Math.round(performance.now() - started) };
  try {
    // A run that has to end learns nothing from its calls: whoever goes on with it makes them anew.
    if (!runner.signal.aborted) await runner.journal.finish(callName(call), finished);
  } finally {
    await runner.observe({ type: 'tool-finished', call, ...finished });
  }
  return outcome;
}

async function attempt(call: PlacedCall, runner: ToolRunner): Promise<ToolOutcome> {
  runner.signal.throwIfAborted();
  await runner.observe({ type: 'tool-started', call });
  const tool = runner.tools.find(({ name }) => name === call.name);
  if (!tool) throw new ToolRefusal(`There is no tool named ${call.name}.`);
  const args = parseJsonObject(call.arguments || '{}');
  if (!args) throw new ToolRefusal('The arguments are not a JSON object.');
  const signal = AbortSignal.any([runner.signal, AbortSignal.timeout(runner.timeoutMs)]);
  return orAborted(
    tool.run(coerceArguments(args, tool.inputSchema), { signal, idempotencyKey: call.idempotencyKey }),
    signal,
  );
}

/** A reason the model may read. */
class ToolRefusal extends Error {}

function whyItFailed(error: unknown, { signal, timeoutMs }: ToolRunner): string {
  if (error instanceof ToolRefusal || error instanceof AppError) return error.message;
  if (signal.aborted) return 'The run ended before the tool answered.';
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `The tool did not answer within ${timeoutMs / 1_000} seconds.`;
  }
  return 'The tool could not be run.';
}
