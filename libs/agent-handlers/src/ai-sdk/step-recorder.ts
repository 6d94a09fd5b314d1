import { type TextStreamPart, ToolChoiceViolationError, type ToolSet } from 'ai';
import type { StepEvent } from '../agent-handler.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { ProviderError } from '../provider-error.ts';
import { ModelTurn, plainJson } from './model-turn.ts';
import { PartialObject } from './partial-object.ts';
import type { StepSettings } from './step-settings.ts';
import { brokeOff, type FinishStep, finishReason, itemId, tokenUsage } from './step-end.ts';

type Part = TextStreamPart<ToolSet>;
type Of<Type extends Part['type']> = Extract<Part, { type: Type }>;

/** Translates the library's stream into step events and keeps the model's turn for the next step. */
export class StepRecorder {
  private readonly settings: ConstructorParameters<typeof StepRecorder>[0];
  private readonly turn = new ModelTurn();
  private readonly object: PartialObject | undefined;
  /** Told last: with the first event that is passed on, a step can no longer be tried again. */
  private readonly warnings: string[];
  private finished: FinishStep | undefined;
  private disobeyed: ToolChoiceViolationError | undefined;

  constructor(
    settings: Pick<StepSettings, 'output' | 'warnings' | 'readResult' | 'outputFileOf' | 'lastPart'>,
  ) {
    this.settings = settings;
    this.object = settings.output ? new PartialObject() : undefined;
    this.warnings = [...(settings.warnings ?? [])];
  }

  async *record(part: Part): AsyncGenerator<StepEvent> {
    switch (part.type) {
      case 'start-step':
        this.warnings.push(...part.warnings.map((warning) => JSON.stringify(warning)));
        break;
      case 'text-start':
        this.turn.begin('text', part.id, part.providerMetadata);
        break;
      case 'reasoning-start':
        this.turn.begin('reasoning', part.id, part.providerMetadata);
        break;
      case 'text-delta':
        this.turn.append(part.id, part.text, part.providerMetadata);
        if (part.text) yield { type: 'text-delta', text: part.text };
        if (this.object) yield* objects(await this.object.append(part.text));
        break;
      case 'reasoning-delta':
        this.turn.append(part.id, part.text, part.providerMetadata);
        if (part.text) yield { type: 'reasoning-delta', text: part.text, block: part.id };
        break;
      case 'text-end':
      case 'reasoning-end':
        this.turn.annotate(part.id, part.providerMetadata);
        break;
      case 'tool-call':
        yield this.toolCall(part);
        break;
      case 'tool-result':
        if (!part.preliminary) yield* this.nativeResult(part, plainJson(part.output), false);
        break;
      case 'tool-error':
        // Also what the library says to calls of ours that it cannot read; those are the loop's to answer.
        if (part.providerExecuted) yield* this.nativeResult(part, plainJson(part.error), true);
        break;
      case 'source':
        yield* this.source(part);
        break;
      case 'file': {
        const { mediaType, base64: content } = part.file;
        this.turn.push({ type: 'file', mediaType, content, ...dataOf(part) });
        yield { type: 'output-file', file: { mediaType, content } };
        break;
      }
      case 'custom':
        if (!part.kind.endsWith('.message_start'))
          this.turn.push({ type: 'custom', kind: part.kind, ...dataOf(part) });
        break;
      case 'finish-step':
        this.finished = part;
        this.remember(part.providerMetadata);
        // A stream that broke off reports nothing, and may be tried again while nothing was passed on.
        if (!brokeOff(part)) yield { type: 'usage', usage: tokenUsage(part.usage) };
        break;
      case 'error':
        if (!ToolChoiceViolationError.isInstance(part.error)) throw part.error;
        // Models and servers do not always obey. What they said is an answer all the same.
        this.disobeyed = part.error;
        break;
      default: // starts, ends and parts no answer of ours is made of
    }
  }

  /** @throws ProviderError when the stream ended without an answer */
  async *finish(): AsyncGenerator<StepEvent> {
    if (!this.finished) throw new ProviderError('provider.unavailable', { retryable: true });
    const { parts } = this.turn;
    const message = parts.find((part) => part.type === 'text');
    const { finishReason: ended } = this.disobeyed ?? this.finished;
    const reason = finishReason({ ...this.finished, finishReason: ended }, parts);
    yield* objects(await this.object?.end());
    for (const message of this.warnings) yield { type: 'warning', message };
    yield {
      type: 'finish',
      reason,
      model: this.finished.response.modelId || undefined,
      responseId: this.finished.response.id,
      messageId: itemId(message?.providerData),
      parts,
    };
  }

  private remember(metadata: unknown): void {
    const part = this.settings.lastPart?.(plainJson(metadata));
    if (part) this.turn.push(part);
  }

  private toolCall(part: Of<'tool-call'>): StepEvent {
    const input: unknown = part.input;
    const call = {
      id: part.toolCallId,
      name: part.toolName,
      arguments: typeof input === 'string' ? input : JSON.stringify(input ?? {}),
    };
    const native = part.providerExecuted === true;
    this.turn.push({ type: native ? 'native-call' : 'tool-call', call, ...dataOf(part) });
    if (native) return { type: 'native-tool', activity: { ...call, state: 'started' } };
    return { type: 'tool-call', call };
  }

  private *nativeResult(
    part: Of<'tool-result'> | Of<'tool-error'>,
    given: JsonValue,
    failed: boolean,
  ): Generator<StepEvent> {
    const { toolCallId: id, toolName: name } = part;
    const { result, files } = this.settings.readResult?.(name, given) ?? { result: given, files: [] };
    const call = this.turn.nativeCall(id) ?? { id, name, arguments: '{}' };
    this.turn.push({ type: 'native-result', call, result, failed, ...dataOf(part) });
    yield { type: 'native-tool', activity: { id, name, state: failed ? 'failed' : 'completed', result } };
    for (const file of files) yield { type: 'output-file', file };
  }

  private *source(part: Of<'source'>): Generator<StepEvent> {
    const { title } = part;
    const filename = part.sourceType === 'document' ? part.filename : undefined;
    const file = this.settings.outputFileOf?.(plainJson(part.providerMetadata), filename ?? title);
    if (file) yield { type: 'output-file', file };
    else
      yield {
        type: 'source',
        source: part.sourceType === 'url' ? { url: part.url, title } : { title, filename },
      };
  }
}

const dataOf = (part: { providerMetadata?: unknown }) =>
  part.providerMetadata === undefined ? {} : { providerData: part.providerMetadata as JsonObject };

function* objects(value: JsonValue | undefined): Generator<StepEvent> {
  if (value !== undefined) yield { type: 'object', value };
}
