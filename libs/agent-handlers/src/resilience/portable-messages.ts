import type { AssistantPart, ConversationMessage } from '../conversation.ts';

/** What another provider's model said, without what only that provider can read. */
export function portableMessages(messages: readonly ConversationMessage[]): ConversationMessage[] {
  return messages.map((message) =>
    message.role === 'assistant' ? { ...message, parts: message.parts.flatMap(portablePart) } : message,
  );
}

function portablePart(part: AssistantPart): AssistantPart[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }];
    case 'tool-call':
      return [{ type: 'tool-call', call: part.call }];
    case 'file':
      return [{ type: 'file', mediaType: part.mediaType, content: part.content }];
    case 'reasoning':
    case 'native-call':
    case 'native-result':
    case 'custom':
      return [];
  }
}
