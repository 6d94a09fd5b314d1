import type { AssistantPart, ToolCall } from '../conversation.ts';
import type { JsonObject, JsonValue } from '../json.ts';

type Growing = Extract<AssistantPart, { text: string }>;

/** The model's turn as it will be said again in the next step. */
export class ModelTurn {
  readonly parts: AssistantPart[] = [];
  /** Parts that still grow, by the library's id. */
  private readonly open = new Map<string, Growing>();

  begin(type: 'text' | 'reasoning', id: string, metadata: unknown): void {
    const part = { type, text: '' };
    this.parts.push(part);
    this.open.set(id, part);
    this.annotate(id, metadata);
  }

  append(id: string, text: string, metadata: unknown): void {
    const part = this.open.get(id);
    if (part) part.text += text;
    this.annotate(id, metadata);
  }

  /** The end of a passage repeats and completes what its start told. */
  annotate(id: string, metadata: unknown): void {
    const part = this.open.get(id);
    if (part && metadata) part.providerData = metadata as JsonObject;
  }

  push(part: AssistantPart): void {
    this.parts.push(part);
  }

  nativeCall(id: string): ToolCall | undefined {
    const isIt = (part: AssistantPart) => part.type === 'native-call' && part.call.id === id;
    const found = this.parts.findLast(isIt);
    return found?.type === 'native-call' ? found.call : undefined;
  }
}

/** JSON, whatever the library took it for: what is passed on is written down. */
export const plainJson = (value: unknown): JsonValue =>
  value === undefined ? null : (JSON.parse(JSON.stringify(value)) as JsonValue);
