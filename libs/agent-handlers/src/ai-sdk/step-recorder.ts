import type { LanguageModelUsage, TextStreamPart, ToolSet } from 'ai';
import type { FinishReason, StepEvent } from '../agent-handler.ts';
import type { AssistantPart, TokenUsage } from '../conversation.ts';
import type { JsonObject } from '../json.ts';
import { ProviderError } from '../provider-error.ts';

type Part = TextStreamPart<ToolSet>;
type FinishStep = Extract<Part, { type: 'finish-step' }>;

/** Translates the library's stream into step events and keeps the model's turn for the next step. */
export class StepRecorder {
  private readonly parts: AssistantPart[] = [];
  /** Parts of the turn that still grow, by the library's id. */
  private readonly open = new Map<string, Extract<AssistantPart, { text: string }>>();
  private finished: FinishStep | undefined;

  *record(part: Part): Generator<StepEvent> {
    switch (part.type) {
      case 'text-start':
      case 'reasoning-start':
        this.begin(part.type === 'text-start' ? 'text' : 'reasoning', part.id);
        this.annotate(part.id, part.providerMetadata);
        break;
      case 'text-delta':
        this.append(part.id, part.text);
        if (part.text) yield { type: 'text-delta', text: part.text };
        break;
      case 'reasoning-delta':
        this.append(part.id, part.text);
        if (part.text) yield { type: 'reasoning-delta', text: part.text, block: part.id };
        break;
      case 'text-end':
      case 'reasoning-end':
        this.annotate(part.id, part.providerMetadata);
        break;
      case 'tool-call':
        if (!part.providerExecuted) yield this.toolCall(part);
        break;
      case 'finish-step':
        this.finished = part;
        // A stream that broke off reports nothing, and may be tried again while nothing was passed on.
        if (part.finishReason !== 'interrupted') yield { type: 'usage', usage: tokenUsage(part.usage) };
        break;
      case 'error':
        throw part.error;
      default: // starts, ends and parts no answer of ours is made of
    }
  }

  /** @throws ProviderError when the stream ended without an answer */
  finish(): StepEvent {
    if (!this.finished) throw new ProviderError('provider.unavailable', { retryable: true });
    const message = this.parts.find((part) => part.type === 'text');
    return {
      type: 'finish',
      reason: finishReason(this.finished, this.parts),
      responseId: this.finished.response.id,
      messageId: itemId(message?.providerData),
      parts: this.parts,
    };
  }

  private begin(type: 'text' | 'reasoning', id: string): void {
    const part = { type, text: '' };
    this.parts.push(part);
    this.open.set(id, part);
  }

  private append(id: string, text: string): void {
    const part = this.open.get(id);
    if (part) part.text += text;
  }

  /** The end of a passage repeats and completes what its start told. */
  private annotate(id: string, metadata: unknown): void {
    const part = this.open.get(id);
    if (part && metadata) part.providerData = metadata as JsonObject;
  }

  private toolCall(part: Extract<Part, { type: 'tool-call' }>): StepEvent {
    const input: unknown = part.input;
    const call = {
      id: part.toolCallId,
      name: part.toolName,
      arguments: typeof input === 'string' ? input : JSON.stringify(input ?? {}),
    };
    this.parts.push({
      type: 'tool-call',
      call,
      providerData: part.providerMetadata as JsonObject | undefined,
    });
    return { type: 'tool-call', call };
  }
}

function finishReason({ finishReason: reason }: FinishStep, parts: readonly AssistantPart[]): FinishReason {
  switch (reason) {
    case 'length':
      return 'length';
    case 'content-filter':
      throw new ProviderError('provider.refused', { message: 'The model refused to answer this question.' });
    case 'error':
    case 'other':
      throw new ProviderError('provider.malformed', { cause: new Error(`finish reason ${reason}`) });
    case 'interrupted':
      throw new ProviderError('provider.unavailable', { cause: new Error('cut off'), retryable: true });
    default:
      return parts.some((part) => part.type === 'tool-call') ? 'tool-calls' : 'stop';
  }
}

function tokenUsage(usage: LanguageModelUsage): TokenUsage {
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

function itemId(providerData: JsonObject | undefined): string | undefined {
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
