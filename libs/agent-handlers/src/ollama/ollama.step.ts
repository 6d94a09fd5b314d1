import { randomUUID } from 'node:crypto';
import type { StepEvent } from '../agent-handler.ts';
import { PartialObject } from '../ai-sdk/partial-object.ts';
import type { AssistantPart, ToolCall } from '../conversation.ts';
import type { JsonValue } from '../json.ts';
import { ProviderError } from '../provider-error.ts';
import type { OllamaChunk } from './ollama.wire.ts';

/** Translates what Ollama says into step events. */
export async function* ollamaStep(
  chunks: AsyncIterable<OllamaChunk>,
  { structured }: { structured: boolean },
): AsyncGenerator<StepEvent> {
  const turn = new Turn();
  const object = structured ? new PartialObject() : undefined;
  for await (const chunk of chunks) {
    const { thinking, content, tool_calls: calls } = chunk.message ?? {};
    if (thinking) {
      const block = turn.append('reasoning', thinking);
      yield { type: 'reasoning-delta', text: thinking, block };
    }
    if (content) {
      turn.append('text', content);
      yield { type: 'text-delta', text: content };
      yield* known(await object?.append(content));
    }
    for (const { function: called } of calls ?? []) yield { type: 'tool-call', call: turn.call(called) };
    if (!chunk.done) continue;
    yield { type: 'usage', usage: usageOf(chunk) };
    yield* known(await object?.end());
    yield { type: 'finish', reason: reasonOf(chunk, turn), model: chunk.model, parts: turn.parts };
    return;
  }
  throw new ProviderError('provider.unavailable', { cause: new Error('cut off'), retryable: true });
}

class Turn {
  readonly parts: AssistantPart[] = [];

  /** @returns a name for the passage */
  append(type: 'text' | 'reasoning', text: string): string {
    const last = this.parts.at(-1);
    if (last?.type === type) last.text += text;
    else this.parts.push({ type, text });
    return String(this.parts.length);
  }

  /** Ollama has no ids for calls. */
  call({ name, arguments: given }: { name: string; arguments?: unknown }): ToolCall {
    const call = {
      id: `call_${randomUUID()}`,
      name,
      arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}),
    };
    this.parts.push({ type: 'tool-call', call });
    return call;
  }
}

function* known(value: JsonValue | undefined): Generator<StepEvent> {
  if (value !== undefined) yield { type: 'object', value };
}

function reasonOf({ done_reason: reason }: OllamaChunk, { parts }: Turn) {
  if (reason === 'length') return 'length';
  return parts.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop';
}

function usageOf({ prompt_eval_count: promptTokens = 0, eval_count: completionTokens = 0 }: OllamaChunk) {
  const totalTokens = promptTokens + completionTokens;
  return { promptTokens, completionTokens, totalTokens, cachedTokens: 0, reasoningTokens: 0 };
}
