import { randomBytes } from 'node:crypto';
import { argumentText, halves, pieces, tokens } from '../provider/pieces.ts';
import type { AnswerStep, ScriptedError, ScriptedToolCall } from '../provider/script.ts';
import type { CompletionsBody } from './completions.request.ts';

type Delta = Record<string, unknown>;
type Chunk = Record<string, unknown>;

/** The chunks of one streamed answer. */
export function* completionChunks(step: AnswerStep, body: CompletionsBody): Generator<Chunk> {
  const base = { ...named(body), object: 'chat.completion.chunk' };
  const chunk = (delta: Delta, finish_reason: string | null = null) => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  });
  yield chunk({ role: 'assistant', content: '' });
  for (const delta of deltas(step)) yield chunk(delta);
  const error = errorOf(step);
  if (error) {
    yield { error: { message: error.message, type: error.code, param: null, code: error.code } };
    return;
  }
  yield chunk({}, finishReason(step));
  if (body.stream_options?.include_usage) yield { ...base, choices: [], usage: usageOf(step, body) };
}

/** The same answer in one piece. */
export function wholeCompletion(step: AnswerStep, body: CompletionsBody): Chunk {
  const text = pieces(step.text).join('');
  const message = {
    role: 'assistant',
    content: step.text === undefined || step.end === 'refused' ? null : text,
    refusal: step.end === 'refused' ? text : null,
    ...(step.reasoning !== undefined && { reasoning_content: pieces(step.reasoning).join('') }),
    ...(step.toolCalls && { tool_calls: step.toolCalls.map((call) => functionCall(call)) }),
  };
  return {
    ...named(body),
    object: 'chat.completion',
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(step) }],
    usage: usageOf(step, body),
  };
}

function* deltas(step: AnswerStep): Generator<Delta> {
  for (const reasoning_content of pieces(step.reasoning)) yield { reasoning_content };
  for (const text of pieces(step.text)) yield step.end === 'refused' ? { refusal: text } : { content: text };
  for (const [index, call] of (step.toolCalls ?? []).entries()) {
    const whole = functionCall(call);
    const { name, arguments: text } = whole.function;
    yield { tool_calls: [{ index, ...whole, function: { name, arguments: '' } }] };
    for (const piece of halves(text)) yield { tool_calls: [{ index, function: { arguments: piece } }] };
  }
}

const functionCall = ({ name, arguments: given, callId }: ScriptedToolCall) => ({
  id: callId ?? `call_${randomBytes(12).toString('hex')}`,
  type: 'function',
  function: { name, arguments: argumentText(given) },
});

const named = ({ model }: CompletionsBody) => ({
  id: `chatcmpl-${randomBytes(12).toString('hex')}`,
  created: Math.floor(Date.now() / 1000),
  model,
});

export function errorOf({ end }: AnswerStep): ScriptedError | undefined {
  if (typeof end !== 'object') return undefined;
  return 'error' in end ? end.error : end.failed;
}

function finishReason({ end, toolCalls }: AnswerStep): string {
  if (end === 'length') return 'length';
  if (end === 'filtered') return 'content_filter';
  return toolCalls?.length ? 'tool_calls' : 'stop';
}

function usageOf({ usage = {}, ...step }: AnswerStep, body: CompletionsBody) {
  const reasoning_tokens =
    usage.reasoningTokens ?? (step.reasoning === undefined ? 0 : tokens(step.reasoning));
  const prompt_tokens = usage.inputTokens ?? tokens([body.messages, body.tools]);
  const completion_tokens = usage.outputTokens ?? tokens([step.text, step.toolCalls]) + reasoning_tokens;
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens ?? 0 },
    completion_tokens_details: { reasoning_tokens },
  };
}
