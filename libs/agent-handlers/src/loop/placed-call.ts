import { createHash } from 'node:crypto';
import type { ToolCall } from '../conversation.ts';
import type { PlacedCall } from './run-event.ts';

/**
 * Names a call by its place in the run and by what is asked. A run that starts over and asks the same again gets
 * the same key; one that asks something else there must not be taken for a repetition.
 */
export function placedCall(runId: string, step: number, index: number, call: ToolCall): PlacedCall {
  const asked = createHash('sha256')
    .update(JSON.stringify([call.name, call.arguments]))
    .digest('hex');
  return { ...call, step, index, idempotencyKey: `${runId}-${step}-${index}-${asked.slice(0, 16)}` };
}
