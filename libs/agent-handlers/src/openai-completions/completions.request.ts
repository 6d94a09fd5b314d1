import type { CompletionsConfiguration } from './completions.configuration.ts';
import { type ChatMessage, compatibleMessages } from './completions.messages.ts';

type Body = Record<string, unknown>;

/** The request with what the library has no words for, as the server at hand takes it. */
export function completionsRequest(body: Body, configuration: CompletionsConfiguration): Body {
  const tools = body.tools as readonly { function: { name: string } }[] | undefined;
  return {
    ...body,
    messages: compatibleMessages(body.messages as ChatMessage[], configuration, {
      offersTools: Boolean(tools?.length),
    }),
    // Always in the same order: servers keep what they computed for a prefix they have seen.
    tools: tools?.toSorted((one, other) => (one.function.name < other.function.name ? -1 : 1)),
    parallel_tool_calls: tools?.length ? configuration.parallel_tool_calls : undefined,
    max_completion_tokens: configuration.max_completion_tokens,
    logit_bias: configuration.logit_bias,
    separate_reasoning: configuration.separate_reasoning,
    ...(configuration.enable_thinking !== undefined && {
      chat_template_kwargs: { enable_thinking: configuration.enable_thinking },
    }),
    ...configuration.extra_body,
  };
}
