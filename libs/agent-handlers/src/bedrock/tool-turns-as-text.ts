import type { AssistantPart, ConversationMessage } from '../conversation.ts';

/**
 * Calls and results as text, for a step without tools: Bedrock takes them beside their tools only, and knows no way to
 * say that none may be called. What the tools have found stays in the conversation.
 */
export const toolTurnsAsText = (messages: readonly ConversationMessage[]): ConversationMessage[] =>
  messages.map((message): ConversationMessage => {
    if (message.role === 'tool') {
      const text = message.results.map(
        ({ call, text, failed }) => `[${failed ? 'Error' : 'Result'} of ${call.name}]\n${text}`,
      );
      return { role: 'user', text: text.join('\n\n') };
    }
    return message.role === 'assistant' ? { ...message, parts: message.parts.flatMap(asText) } : message;
  });

function asText(part: AssistantPart): AssistantPart[] {
  switch (part.type) {
    case 'tool-call':
      return [{ type: 'text', text: `[Called ${part.call.name} with ${part.call.arguments}]` }];
    case 'reasoning':
      return []; // thoughts before a call are signed together with it
    default:
      return [part];
  }
}
