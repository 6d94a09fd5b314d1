import { randomBytes } from 'node:crypto';
import { signatureOf } from '../anthropic/anthropic.signature.ts';
import { argumentText, halves, pieces, tokens } from '../provider/pieces.ts';
import type { AnswerStep } from '../provider/script.ts';
import type { ConverseBody } from './bedrock.request.ts';

type Json = Record<string, unknown>;

/** One event of the stream; an exception is one too. */
export interface ConverseEvent {
  type: string;
  isException?: boolean;
  body: Json;
}
interface Block {
  block: Json;
  start?: Json;
  deltas: Json[];
}

/** The events of one streamed answer. */
export function* converseEvents(step: AnswerStep, body: ConverseBody): Generator<ConverseEvent> {
  yield { type: 'messageStart', body: { role: 'assistant' } };
  for (const [contentBlockIndex, { start, deltas }] of blocksOf(step).entries()) {
    if (start) yield { type: 'contentBlockStart', body: { contentBlockIndex, start } };
    for (const delta of deltas) yield { type: 'contentBlockDelta', body: { contentBlockIndex, delta } };
    yield { type: 'contentBlockStop', body: { contentBlockIndex } };
  }
  const { end } = step;
  if (typeof end === 'object') {
    const { code, message } = 'error' in end ? end.error : end.failed;
    const type = code.endsWith('Exception') ? code : 'internalServerException';
    yield { type, isException: true, body: { message } };
    return;
  }
  yield { type: 'messageStop', body: { stopReason: stopReason(step) } };
  yield { type: 'metadata', body: { usage: usageOf(step, body), metrics: { latencyMs: 1 } } };
}

/** The same answer in one piece. */
export const wholeConverse = (step: AnswerStep, body: ConverseBody): Json => ({
  output: { message: { role: 'assistant', content: blocksOf(step).map(({ block }) => block) } },
  stopReason: stopReason(step),
  usage: usageOf(step, body),
  metrics: { latencyMs: 1 },
});

function blocksOf(step: AnswerStep): Block[] {
  const thoughts = pieces(step.reasoning).map((text): Block => {
    const signature = signatureOf(text);
    const deltas = [...halves(text).map((half) => ({ text: half })), { signature }];
    return {
      block: { reasoningContent: { reasoningText: { text, signature } } },
      deltas: deltas.map((reasoningContent) => ({ reasoningContent })),
    };
  });
  const words = pieces(step.text);
  const said =
    step.text === undefined
      ? []
      : [{ block: { text: words.join('') }, deltas: words.map((text) => ({ text })) }];
  const calls = (step.toolCalls ?? []).map(({ name, callId, arguments: given }): Block => {
    const toolUseId = callId ?? `tooluse_${randomBytes(11).toString('hex')}`;
    const input = argumentText(given);
    return {
      block: { toolUse: { toolUseId, name, input: parsed(input) } },
      start: { toolUse: { toolUseId, name } },
      deltas: halves(input).map((half) => ({ toolUse: { input: half } })),
    };
  });
  return [...thoughts, ...(step.items ?? []).map(asGiven), ...said, ...calls];
}

/** Of content that Bedrock has in other forms only: what is sealed. */
const asGiven = (block: Json): Block => ({ block, deltas: [block] });

function stopReason({ end, toolCalls = [] }: AnswerStep): string {
  if (end === 'length') return 'max_tokens';
  if (end === 'filtered') return 'guardrail_intervened';
  if (end === 'refused') return 'content_filtered';
  if (end === 'paused') throw new Error('Bedrock does not pause.');
  return toolCalls.length > 0 ? 'tool_use' : 'end_turn';
}

/** Tokens that came from the cache are counted apart from the others, thoughts with the answer. */
function usageOf({ usage = {}, ...step }: AnswerStep, body: ConverseBody) {
  const cached = usage.cachedTokens ?? 0;
  const inputTokens = (usage.inputTokens ?? tokens([body.system, body.messages])) - cached;
  const outputTokens = usage.outputTokens ?? tokens([step.text, step.toolCalls, step.reasoning]);
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + cached + outputTokens,
    cacheReadInputTokens: cached,
    cacheWriteInputTokens: 0,
  };
}

/** An answer that is not streamed has no way to say arguments that are no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
