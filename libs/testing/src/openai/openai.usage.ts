import type { ResponsesBody } from './openai.request.ts';
import { tokens } from '../provider/pieces.ts';
import type { AnswerStep } from '../provider/script.ts';

/** What the provider bills: as scripted, else by the lengths of the texts. */
export function usageOf(step: AnswerStep, body: ResponsesBody): Record<string, unknown> {
  const { usage = {} } = step;
  const reasoning = usage.reasoningTokens ?? (step.reasoning === undefined ? 0 : tokens(step.reasoning));
  const input = usage.inputTokens ?? tokens([body.instructions, body.input, body.tools]);
  const output = usage.outputTokens ?? tokens([step.text, step.toolCalls]) + reasoning;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cachedTokens ?? 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
