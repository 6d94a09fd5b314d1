import { randomBytes } from 'node:crypto';
import type { ResponsesBody } from './openai.request.ts';
import type { AnswerStep, ScriptedToolCall } from './openai.script.ts';

export interface OutputEvent extends Record<string, unknown> {
  type: string;
}
export interface OutputItem extends Record<string, unknown> {
  id: string;
  type: string;
}

const id = (prefix: string) => `${prefix}_${randomBytes(24).toString('hex')}`;
const pieces = (text: string | readonly string[]): readonly string[] =>
  typeof text === 'string' ? [text] : text;

/** The events of all output items of a step: everything between the response's first and last event. */
export function* contentEvents(step: AnswerStep, body: ResponsesBody): Generator<OutputEvent> {
  let output_index = 0;
  if (step.reasoning !== undefined) yield* reasoning(output_index++, pieces(step.reasoning), body);
  if (step.text !== undefined) yield* message(output_index++, pieces(step.text));
  for (const call of step.toolCalls ?? []) yield* functionCall(output_index++, call);
}

function* reasoning(
  output_index: number,
  parts: readonly string[],
  body: ResponsesBody,
): Generator<OutputEvent> {
  const wantsContent = Array.isArray(body.include) && body.include.includes('reasoning.encrypted_content');
  const encrypted_content = wantsContent ? `gAAAA${randomBytes(48).toString('base64url')}` : undefined;
  const item: OutputItem = { id: id('rs'), type: 'reasoning', summary: [], encrypted_content };
  const at = { item_id: item.id, output_index };
  yield { type: 'response.output_item.added', output_index, item };
  for (const [summary_index, text] of parts.entries()) {
    const part = { type: 'summary_text', text };
    const place = { ...at, summary_index };
    yield { type: 'response.reasoning_summary_part.added', ...place, part: { ...part, text: '' } };
    yield { type: 'response.reasoning_summary_text.delta', ...place, delta: text };
    yield { type: 'response.reasoning_summary_text.done', ...place, text };
    yield { type: 'response.reasoning_summary_part.done', ...place, part };
  }
  const summary = parts.map((text) => ({ type: 'summary_text', text }));
  yield { type: 'response.output_item.done', output_index, item: { ...item, summary } };
}

function* message(output_index: number, deltas: readonly string[]): Generator<OutputEvent> {
  const item: OutputItem = {
    id: id('msg'),
    type: 'message',
    status: 'in_progress',
    role: 'assistant',
    content: [],
  };
  const place = { item_id: item.id, output_index, content_index: 0 };
  const text = deltas.join('');
  const part = { type: 'output_text', text, annotations: [], logprobs: [] };
  yield { type: 'response.output_item.added', output_index, item };
  yield { type: 'response.content_part.added', ...place, part: { ...part, text: '' } };
  for (const delta of deltas) yield { type: 'response.output_text.delta', ...place, delta, logprobs: [] };
  yield { type: 'response.output_text.done', ...place, text, logprobs: [] };
  yield { type: 'response.content_part.done', ...place, part };
  yield {
    type: 'response.output_item.done',
    output_index,
    item: { ...item, status: 'completed', content: [part] },
  };
}

function* functionCall(output_index: number, call: ScriptedToolCall): Generator<OutputEvent> {
  const text = typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments ?? {});
  const item: OutputItem = {
    id: id('fc'),
    type: 'function_call',
    status: 'in_progress',
    call_id: call.callId ?? id('call'),
    name: call.name,
    arguments: '',
  };
  const place = { item_id: item.id, output_index };
  yield { type: 'response.output_item.added', output_index, item };
  const middle = Math.ceil(text.length / 2);
  for (const delta of [text.slice(0, middle), text.slice(middle)]) {
    if (delta !== '') yield { type: 'response.function_call_arguments.delta', ...place, delta };
  }
  yield { type: 'response.function_call_arguments.done', ...place, name: call.name, arguments: text };
  yield {
    type: 'response.output_item.done',
    output_index,
    item: { ...item, status: 'completed', arguments: text },
  };
}
