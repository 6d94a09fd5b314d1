import type { LanguageModelUsage, TextStreamPart, ToolSet } from 'ai';
import type { FinishReason } from '../agent-handler.ts';
import type { AssistantPart, TokenUsage } from '../conversation.ts';
import type { JsonObject } from '../json.ts';
import { ProviderError } from '../provider-error.ts';

export type FinishStep = Extract<TextStreamPart<ToolSet>, { type: 'finish-step' }>;

/** The stream ended before the provider said how. Not every part of the library calls it by its name. */
export const brokeOff = ({ finishReason: reason, rawFinishReason: raw }: FinishStep): boolean =>
  reason === 'interrupted' || (reason === 'other' && raw === undefined);

/** @throws ProviderError for an end that is none */
export function finishReason(finish: FinishStep, parts: readonly AssistantPart[]): FinishReason {
  const { finishReason: reason, rawFinishReason: raw } = finish;
  if (brokeOff(finish)) {
    throw new ProviderError('provider.unavailable', { cause: new Error('cut off'), retryable: true });
  }
  switch (reason) {
    case 'length':
      return 'length';
    case 'content-filter':
      throw new ProviderError('provider.refused', { message: 'The model refused to answer this question.' });
    case 'error':
    case 'other':
      throw new ProviderError('provider.malformed', { cause: new Error(`finish reason ${raw ?? reason}`) });
    default:
      if (raw === 'pause_turn') return 'pause';
      return parts.some((part) => part.type === 'tool-call') ? 'tool-calls' : 'stop';
  }
}

export function tokenUsage(usage: LanguageModelUsage): TokenUsage {
  const promptTokens = usage.inputTokens ?? 0;
  const completionTokens = usage.outputTokens ?? 0;
  return {
    promptTokens,
    completionTokens,
    totalTokens: usage.totalTokens ?? promptTokens + completionTokens,
    cachedTokens: usage.inputTokenDetails.cacheReadTokens ?? 0,
    reasoningTokens: usage.outputTokenDetails.reasoningTokens ?? 0,
  };
}

/** The provider's id of a part, where it has one. */
export function itemId(providerData: JsonObject | undefined): string | undefined {
  for (const data of Object.values(providerData ?? {})) {
    if (
      typeof data === 'object' &&
      data !== null &&
      !Array.isArray(data) &&
      typeof data.itemId === 'string'
    ) {
      return data.itemId;
    }
  }
  return undefined;
}
