import type { StepEvent } from '../agent-handler.ts';
import type { ConversationMessage } from '../conversation.ts';
import { ProviderError } from '../provider-error.ts';

/** The model ended well and said nothing. Asked again it often has an answer. */
export class EmptyAnswer extends ProviderError {
  constructor() {
    super('provider.malformed', { message: 'The model ended without an answer.', retryable: true });
  }
}

/** What makes a step more than an empty one. Thoughts are no answer. */
export function saysSomething(event: StepEvent): boolean {
  switch (event.type) {
    case 'text-delta':
      return event.text.trim() !== '';
    case 'tool-call':
    case 'native-tool':
    case 'output-file':
      return true;
    case 'finish':
      return event.reason !== 'stop'; // cut off or paused: asking again would not help
    default:
      return false;
  }
}

/** A model that spoke before it called tools may have nothing to add to what they said. */
export function hasSpoken(messages: readonly ConversationMessage[]): boolean {
  const question = messages.findLastIndex(({ role }) => role === 'user');
  return messages
    .slice(question + 1)
    .some(
      (message) =>
        message.role === 'assistant' &&
        message.parts.some((part) => part.type === 'text' && part.text.trim() !== ''),
    );
}
