import { randomBytes } from 'node:crypto';
import { contentEvents, type OutputEvent, type OutputItem } from './openai.items.ts';
import type { ResponsesBody } from './openai.request.ts';
import type { AnswerStep } from '../provider/script.ts';
import { usageOf } from './openai.usage.ts';

export interface ResponseEvent extends OutputEvent {
  sequence_number: number;
}

interface Response extends Record<string, unknown> {
  id: string;
  status: string;
  output: OutputItem[];
}

/** The events of one streamed response, in the order and the form of the Responses API. */
export function* responseEvents(step: AnswerStep, body: ResponsesBody): Generator<ResponseEvent> {
  let sequence = 0;
  const numbered = (event: OutputEvent): ResponseEvent => ({ ...event, sequence_number: sequence++ });
  const response = started(body);
  yield numbered({ type: 'response.created', response: { ...response } });
  yield numbered({ type: 'response.in_progress', response: { ...response } });
  for (const event of contentEvents(step, body)) {
    yield numbered(event);
    if (event.type === 'response.output_item.done') response.output.push(event.item as OutputItem);
  }
  yield numbered(ending(step, body, response));
}

/** The same response in one piece, as answered without `stream`. */
export function wholeResponse(step: AnswerStep, body: ResponsesBody): Record<string, unknown> {
  const last = [...responseEvents(step, body)].at(-1);
  return (last?.response ?? {}) as Record<string, unknown>;
}

function started(body: ResponsesBody): Response {
  return {
    id: `resp_${randomBytes(24).toString('hex')}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    model: body.model,
    output: [],
    parallel_tool_calls: true,
    tools: body.tools,
    usage: null,
    metadata: {},
  };
}

function ending(step: AnswerStep, body: ResponsesBody, response: Response): OutputEvent {
  const { end } = step;
  const usage = usageOf(step, body);
  const ended = (type: string, status: string, rest: object) => ({
    type,
    response: { ...response, status, ...rest },
  });
  const incomplete = (reason: string) =>
    ended('response.incomplete', 'incomplete', { incomplete_details: { reason }, usage });
  if (end === undefined || end === 'refused') return ended('response.completed', 'completed', { usage });
  if (end === 'length') return incomplete('max_output_tokens');
  if (end === 'filtered') return incomplete('content_filter');
  if (end === 'paused') throw new Error('The Responses API does not pause.');
  if ('failed' in end) return ended('response.failed', 'failed', { error: end.failed });
  return { type: 'error', ...end.error, param: null };
}
