import type { StepRequest } from '../agent-handler.ts';
import type { ConversationMessage } from '../conversation.ts';

const LEFT_OUT = '[The beginning of this conversation is left out.]';

/**
 * The request for a provider that takes instructions only before the conversation, and wants the user to begin it:
 * what systems said in between moves to the front, and a history that starts with an answer says so.
 */
export function leadingInstructions<Request extends StepRequest<unknown>>(request: Request): Request {
  const { instructions, messages } = request;
  const systems = messages.flatMap((message) => (message.role === 'system' ? [message.text] : []));
  const rest = messages.filter((message) => message.role !== 'system');
  const opening: ConversationMessage[] =
    rest[0] === undefined || rest[0].role === 'user' ? [] : [{ role: 'user', text: LEFT_OUT }];
  return {
    ...request,
    instructions: [instructions, ...systems].filter(Boolean).join('\n\n') || undefined,
    messages: [...opening, ...rest],
  };
}

/** For answers that shall be JSON of no particular schema, where the provider knows only such with one. */
export const ANY_JSON = 'Answer with one JSON object and nothing else: no explanation, no code fence.';

export const withInstruction = <Request extends StepRequest<unknown>>(
  request: Request,
  sentence: string,
): Request => ({
  ...request,
  instructions: request.instructions ? `${request.instructions}\n\n${sentence}` : sentence,
});
