import type { AssistantPart, ConversationMessage, MessageFile } from '../conversation.ts';
import { type JsonObject, parseJsonObject } from '../json.ts';
import { ProviderError } from '../provider-error.ts';

export interface OllamaToolCall {
  id?: string;
  function: { name: string; arguments: JsonObject };
}

export interface OllamaMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
  thinking?: string;
  images?: string[];
  tool_calls?: OllamaToolCall[];
  tool_name?: string;
  tool_call_id?: string;
}

/** The conversation as Ollama takes it. @throws ProviderError for a file it cannot take */
export function toOllamaMessages(
  instructions: string | undefined,
  messages: readonly ConversationMessage[],
): OllamaMessage[] {
  const system: OllamaMessage[] = instructions ? [{ role: 'system', content: instructions }] : [];
  return [...system, ...messages.flatMap(toOllama)];
}

function toOllama(message: ConversationMessage): OllamaMessage[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: message.text }];
    case 'user':
      return [question(message.text, message.files ?? [])];
    case 'assistant':
      return [turn(message.parts)];
    case 'tool':
      return message.results.map(({ call, text }) => ({
        role: 'tool',
        content: text,
        tool_name: call.name,
        tool_call_id: call.id,
      }));
  }
}

function question(text: string, files: readonly MessageFile[]): OllamaMessage {
  const images: string[] = [];
  const texts: string[] = [];
  for (const { filename, mediaType, content } of files) {
    if (content !== undefined && mediaType.startsWith('image/')) images.push(content);
    else if (content !== undefined && /^text\/|\/(json|xml|yaml)$/.test(mediaType)) {
      texts.push(`${filename}:\n${Buffer.from(content, 'base64').toString()}`);
    } else {
      throw new ProviderError('provider.refused', {
        message: `The model reads images and text, but ${filename} is ${mediaType}.`,
      });
    }
  }
  return {
    role: 'user',
    content: [...texts, text].join('\n\n'),
    ...(images.length > 0 && { images }),
  };
}

function turn(parts: readonly AssistantPart[]): OllamaMessage {
  const joined = (type: 'text' | 'reasoning') =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  const calls = parts.flatMap((part) =>
    part.type === 'tool-call'
      ? {
          id: part.call.id,
          // Ollama wants an object here, whatever the model has written.
          function: { name: part.call.name, arguments: parseJsonObject(part.call.arguments) ?? {} },
        }
      : [],
  );
  const thinking = joined('reasoning');
  return {
    role: 'assistant',
    content: joined('text'),
    ...(thinking && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}
