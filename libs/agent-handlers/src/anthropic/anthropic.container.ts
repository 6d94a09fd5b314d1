import type { OutputFile } from '../agent-handler.ts';
import type { AssistantPart, ConversationMessage } from '../conversation.ts';
import { isJsonObject, type JsonValue } from '../json.ts';

const KIND = 'anthropic.container';

/** Remembers the container of a step, for files of its code are in there. */
export function containerPart(metadata: JsonValue | undefined): AssistantPart | undefined {
  const { anthropic } = isJsonObject(metadata) ? metadata : {};
  const { container } = isJsonObject(anthropic) ? anthropic : {};
  if (!isJsonObject(container) || typeof container.id !== 'string') return undefined;
  return { type: 'custom', kind: KIND, providerData: { id: container.id } };
}

/** The container in which earlier steps of this run have worked. */
export function containerOf(messages: readonly ConversationMessage[]): string | undefined {
  const parts = messages.flatMap((message) => (message.role === 'assistant' ? message.parts : []));
  const last = parts.findLast((part) => part.type === 'custom' && part.kind === KIND);
  const id = last?.providerData?.id;
  return typeof id === 'string' ? id : undefined;
}

/** The files that code has written; their names are at the provider. */
export function readResult(name: string, result: JsonValue): { result: JsonValue; files: OutputFile[] } {
  const content = name === 'code_execution' && isJsonObject(result) ? result.content : undefined;
  const files = (Array.isArray(content) ? content : []).flatMap((output) =>
    isJsonObject(output) && typeof output.file_id === 'string' ? [{ fileId: output.file_id }] : [],
  );
  return { result, files };
}
