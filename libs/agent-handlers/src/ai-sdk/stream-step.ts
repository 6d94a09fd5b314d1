import { dynamicTool, jsonSchema, type LanguageModel, streamText, type ToolSet } from 'ai';
import type { StepEvent, StepRequest } from '../agent-handler.ts';
import type { ToolDefinition } from '../conversation.ts';
import { toModelMessages } from './model-messages.ts';
import { providerFailure } from './provider-failure.ts';
import { StepRecorder } from './step-recorder.ts';

type StepSettings = Pick<
  Parameters<typeof streamText>[0],
  'maxOutputTokens' | 'temperature' | 'topP' | 'providerOptions'
>;

// The library prints warnings to the console, which is our log.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

/**
 * One step of any model the AI SDK can reach. The library only speaks to the provider: tools have no `execute`,
 * retries and the next step are ours.
 */
export async function* streamStep(
  model: LanguageModel,
  settings: StepSettings,
  { instructions, messages, tools, signal }: StepRequest,
): AsyncGenerator<StepEvent> {
  // A controller of our own frees the connection too when the caller stops listening.
  const abandoned = new AbortController();
  const recorder = new StepRecorder();
  try {
    const { stream } = streamText({
      ...settings,
      model,
      instructions,
      messages: toModelMessages(messages),
      allowSystemInMessages: true,
      tools: toolSet(tools),
      maxRetries: 0,
      abortSignal: AbortSignal.any([signal, abandoned.signal]),
      onError: () => {}, // also arrives as a part of the stream; the default prints it
    });
    for await (const part of stream) yield* recorder.record(part);
  } catch (error) {
    signal.throwIfAborted();
    throw providerFailure(error);
  } finally {
    abandoned.abort();
  }
  signal.throwIfAborted();
  yield recorder.finish();
}

function toolSet(tools: readonly ToolDefinition[]): ToolSet | undefined {
  if (tools.length === 0) return undefined;
  return Object.fromEntries(
    tools.map(({ name, description, inputSchema }) => [
      name,
      dynamicTool({ description, inputSchema: jsonSchema(inputSchema) }),
    ]),
  );
}
