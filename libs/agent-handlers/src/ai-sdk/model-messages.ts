import type { FilePart, ModelMessage, TextPart, ToolCallPart } from 'ai';
import type { AssistantPart, ConversationMessage, MessageFile, ToolResult } from '../conversation.ts';
import { parseJsonObject } from '../json.ts';

type ReasoningPart = { type: 'reasoning'; text: string; providerOptions?: TextPart['providerOptions'] };

/** The conversation in the library's form. */
export function toModelMessages(messages: readonly ConversationMessage[]): ModelMessage[] {
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
          content: message.files ? question(message.text, message.files) : message.text,
        };
    }
  });
}

/** Files first, then what is asked about them. */
function question(text: string, files: readonly MessageFile[]): (FilePart | TextPart)[] {
  return [
    ...files.map(({ filename, mediaType, content }) => ({
      type: 'file' as const,
      filename,
      mediaType,
      data: Buffer.from(content, 'base64'), // as text it could be taken for an id or a URL
    })),
    { type: 'text', text },
  ];
}

function assistantPart(part: AssistantPart): TextPart | ReasoningPart | ToolCallPart {
  const providerOptions = part.providerData as TextPart['providerOptions'];
  if (part.type !== 'tool-call') return { type: part.type, text: part.text, providerOptions };
  const { id, name, arguments: text } = part.call;
  // Text that is no JSON object goes back as the model wrote it, so it sees its own mistake.
  return {
    type: 'tool-call',
    toolCallId: id,
    toolName: name,
    input: parseJsonObject(text) ?? text,
    providerOptions,
  };
}

function toolResult({ call, text, failed }: ToolResult) {
  return {
    type: 'tool-result' as const,
    toolCallId: call.id,
    toolName: call.name,
    output: { type: failed ? ('error-text' as const) : ('text' as const), value: text },
  };
}
