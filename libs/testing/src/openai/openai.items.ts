import { randomBytes } from 'node:crypto';
import { argumentText, halves, pieces } from '../provider/pieces.ts';
import type { ResponsesBody } from './openai.request.ts';
import type { AnswerStep, ScriptedToolCall } from '../provider/script.ts';

export interface OutputEvent extends Record<string, unknown> {
  type: string;
}
export interface OutputItem extends Record<string, unknown> {
  id: string;
  type: string;
}

const id = (prefix: string) => `${prefix}_${randomBytes(24).toString('hex')}`;

/** The events of all output items of a step: everything between the response's first and last event. */
export function* contentEvents(step: AnswerStep, body: ResponsesBody): Generator<OutputEvent> {
  let output_index = 0;
  if (step.reasoning !== undefined) yield* reasoning(output_index++, pieces(step.reasoning), body);
  for (const given of step.items ?? []) yield* itemAsGiven(output_index++, given);
  if (step.text !== undefined) {
    const words = pieces(step.text);
    if (step.end === 'refused') yield* refusal(output_index++, words);
    else yield* message(output_index++, words, step.annotations ?? []);
  }
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

/** An item of one of the provider's own tools: announced empty-handed, then told whole. */
function* itemAsGiven(output_index: number, given: Record<string, unknown>): Generator<OutputEvent> {
  const item = { id: id('item'), type: 'message', ...given };
  yield { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress' } };
  yield { type: 'response.output_item.done', output_index, item: { status: 'completed', ...item } };
}

function* message(
  output_index: number,
  deltas: readonly string[],
  annotations: readonly Record<string, unknown>[],
): Generator<OutputEvent> {
  const text = deltas.join('');
  const part = { type: 'output_text', text, annotations, logprobs: [] };
  yield* messageOf(output_index, part, { ...part, text: '', annotations: [] }, function* (place) {
    for (const delta of deltas) yield { type: 'response.output_text.delta', ...place, delta, logprobs: [] };
    for (const [annotation_index, annotation] of annotations.entries()) {
      yield { type: 'response.output_text.annotation.added', ...place, annotation_index, annotation };
    }
    yield { type: 'response.output_text.done', ...place, text, logprobs: [] };
  });
}

function* refusal(output_index: number, deltas: readonly string[]): Generator<OutputEvent> {
  const part = { type: 'refusal', refusal: deltas.join('') };
  yield* messageOf(output_index, part, { ...part, refusal: '' }, function* (place) {
    for (const delta of deltas) yield { type: 'response.refusal.delta', ...place, delta };
    yield { type: 'response.refusal.done', ...place, refusal: part.refusal };
  });
}

function* messageOf(
  output_index: number,
  part: Record<string, unknown>,
  begun: Record<string, unknown>,
  content: (place: Record<string, unknown>) => Generator<OutputEvent>,
): Generator<OutputEvent> {
  const item: OutputItem = {
    id: id('msg'),
    type: 'message',
    status: 'in_progress',
    role: 'assistant',
    content: [],
  };
  const place = { item_id: item.id, output_index, content_index: 0 };
  yield { type: 'response.output_item.added', output_index, item };
  yield { type: 'response.content_part.added', ...place, part: begun };
  yield* content(place);
  yield { type: 'response.content_part.done', ...place, part };
  yield {
    type: 'response.output_item.done',
    output_index,
    item: { ...item, status: 'completed', content: [part] },
  };
}

function* functionCall(output_index: number, call: ScriptedToolCall): Generator<OutputEvent> {
  const text = argumentText(call.arguments);
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
  for (const delta of halves(text)) {
    yield { type: 'response.function_call_arguments.delta', ...place, delta };
  }
  yield { type: 'response.function_call_arguments.done', ...place, name: call.name, arguments: text };
  yield {
    type: 'response.output_item.done',
    output_index,
    item: { ...item, status: 'completed', arguments: text },
  };
}
