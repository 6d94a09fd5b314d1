import type { AssistantContent, FilePart, ModelMessage, TextPart } from 'ai';
import type { AssistantPart, ConversationMessage, MessageFile, ToolResult } from '../conversation.ts';
import { parseJsonObject } from '../json.ts';
import type { StepSettings } from './step-settings.ts';

type AssistantContentPart = Exclude<AssistantContent, string>[number];

/**
 * The conversation in the library's form.
 * @param provider the library's name of the provider at which files with an id are
 */
export function toModelMessages(
  messages: readonly ConversationMessage[],
  provider: string,
  fileOptions: StepSettings['fileOptions'] = () => [{}],
): ModelMessage[] {
  return messages.map((message): ModelMessage => {
    switch (message.role) {
      case 'assistant':
        return { role: 'assistant', content: message.parts.map(assistantPart) };
      case 'tool':
        return { role: 'tool', content: message.results.map(toolResult) };
      case 'system':
        return { role: 'system', content: message.text };
      case 'user':
        return {
          role: 'user',
          content: message.files
            ? question(
                message.text,
                message.files.flatMap((file) => fileParts(file, provider, fileOptions(file))),
              )
            : message.text,
        };
    }
  });
}

/** Files first, then what is asked about them. */
const question = (text: string, files: readonly FilePart[]): (FilePart | TextPart)[] => [
  ...files,
  { type: 'text', text },
];

function fileParts(
  { filename, mediaType, content, fileId }: MessageFile,
  provider: string,
  options: ReturnType<NonNullable<StepSettings['fileOptions']>>,
): FilePart[] {
  const data: FilePart['data'] =
    fileId === undefined
      ? Buffer.from(content, 'base64') // as text it could be taken for an id or a URL
      : { type: 'reference', reference: { [provider]: fileId } };
  return options.map((providerOptions) => ({ type: 'file', filename, mediaType, data, providerOptions }));
}

function assistantPart(part: AssistantPart): AssistantContentPart {
  const providerOptions = part.providerData as TextPart['providerOptions'];
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return { type: part.type, text: part.text, providerOptions };
    case 'file':
      return {
        type: 'file',
        mediaType: part.mediaType,
        data: Buffer.from(part.content, 'base64'),
        providerOptions,
      };
    case 'custom':
      return { type: 'custom', kind: part.kind as `${string}.${string}`, providerOptions };
    case 'native-result':
      return {
        type: 'tool-result',
        toolCallId: part.call.id,
        toolName: part.call.name,
        output: { type: part.failed ? 'error-json' : 'json', value: part.result },
        providerOptions,
      };
    case 'tool-call':
    case 'native-call': {
      const { id, name, arguments: text } = part.call;
      return {
        type: 'tool-call',
        toolCallId: id,
        toolName: name,
        // Text that is no JSON object goes back as the model wrote it, so it sees its own mistake.
        input: parseJsonObject(text) ?? text,
        providerExecuted: part.type === 'native-call' || undefined,
        providerOptions,
      };
    }
  }
}

function toolResult({ call, text, failed }: ToolResult) {
  return {
    type: 'tool-result' as const,
    toolCallId: call.id,
    toolName: call.name,
    output: { type: failed ? ('error-text' as const) : ('text' as const), value: text },
  };
}
