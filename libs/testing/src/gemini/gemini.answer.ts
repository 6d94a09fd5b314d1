import { randomBytes } from 'node:crypto';
import { pieces, tokens } from '../provider/pieces.ts';
import type { AnswerStep, ScriptedError, ScriptedToolCall } from '../provider/script.ts';
import type { GenerateBody } from './gemini.request.ts';
import { signatureOf } from './gemini.signature.ts';

type Json = Record<string, unknown>;
export interface Chunk extends Json {
  candidates?: Json[];
}

/** The chunks of one streamed answer; the last one alone says how it ends. */
export function* answerChunks(step: AnswerStep, body: GenerateBody, model: string): Generator<Chunk> {
  const shared = { modelVersion: model, responseId: randomBytes(12).toString('base64url') };
  const usageMetadata = usageOf(step, body);
  if (isBlockedPrompt(step)) {
    yield { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata, ...shared };
    return;
  }
  for (const part of partsOf(step)) yield { candidates: [candidate([part])], ...shared };
  const { end } = step;
  if (typeof end === 'object') {
    yield { error: errorOf('error' in end ? end.error : end.failed) };
    return;
  }
  const last = { ...candidate([{ text: '' }]), finishReason: finishReason(step), ...groundingOf(step) };
  yield { candidates: [last], usageMetadata, ...shared };
}

/** The same answer in one piece. */
export function wholeAnswer(step: AnswerStep, body: GenerateBody, model: string): Chunk {
  const shared = { usageMetadata: usageOf(step, body), modelVersion: model };
  if (isBlockedPrompt(step)) return { promptFeedback: { blockReason: 'SAFETY' }, ...shared };
  const ended = { finishReason: finishReason(step), ...groundingOf(step) };
  return { candidates: [{ ...candidate(partsOf(step)), ...ended }], ...shared };
}

/** Nothing was said at all: the question was what the filter did not like. */
const isBlockedPrompt = ({ end, text }: AnswerStep): boolean => end === 'filtered' && text === undefined;

const candidate = (parts: readonly Json[]): Json => ({ content: { role: 'model', parts }, index: 0 });

function partsOf(step: AnswerStep): Json[] {
  return [
    ...pieces(step.reasoning).map((text) => ({ text, thought: true })),
    ...(step.items ?? []),
    ...pieces(step.text).map((text) => ({ text })),
    // One signature for all calls of an answer, with the first.
    ...(step.toolCalls ?? []).map((call, index) => ({
      functionCall: functionCall(call),
      ...(index === 0 && { thoughtSignature: signatureOf(call.name) }),
    })),
  ];
}

/** Arguments are an object here: text that is none cannot be said. */
function functionCall({ name, arguments: given, callId }: ScriptedToolCall): Json {
  const args: unknown = typeof given === 'string' ? JSON.parse(given) : (given ?? {});
  return { name, args, ...(callId !== undefined && { id: callId }) };
}

const groundingOf = ({ annotations }: AnswerStep): Json =>
  annotations ? { groundingMetadata: { groundingChunks: annotations } } : {};

function finishReason({ end }: AnswerStep): string {
  if (end === 'length') return 'MAX_TOKENS';
  if (end === 'filtered') return 'SAFETY';
  if (end === 'refused') return 'PROHIBITED_CONTENT';
  if (end === 'paused') throw new Error('Gemini does not pause.');
  return 'STOP';
}

const CODES: Record<string, number> = { RESOURCE_EXHAUSTED: 429, INVALID_ARGUMENT: 400, UNAVAILABLE: 503 };

const errorOf = ({ code, message }: ScriptedError) => ({
  code: CODES[code] ?? 500,
  message,
  status: code in CODES ? code : 'INTERNAL',
});

/** Thoughts are counted apart from the answer, what came from the cache within the prompt. */
function usageOf({ usage = {}, ...step }: AnswerStep, body: GenerateBody) {
  const thoughts = usage.reasoningTokens ?? (step.reasoning === undefined ? 0 : tokens(step.reasoning));
  const prompt = usage.inputTokens ?? tokens([body.systemInstruction, body.contents, body.tools]);
  const output = usage.outputTokens ?? tokens([step.text, step.toolCalls]) + thoughts;
  return {
    promptTokenCount: prompt,
    cachedContentTokenCount: usage.cachedTokens ?? 0,
    candidatesTokenCount: output - thoughts,
    thoughtsTokenCount: thoughts,
    totalTokenCount: prompt + output,
  };
}
