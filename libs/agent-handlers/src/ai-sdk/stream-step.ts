import { dynamicTool, jsonSchema, type LanguageModel, streamText, type ToolSet } from 'ai';
import type { StepEvent, StepRequest } from '../agent-handler.ts';
import type { ToolDefinition } from '../conversation.ts';
import { askedModel } from './asked-model.ts';
import { toModelMessages } from './model-messages.ts';
import { providerFailure } from './provider-failure.ts';
import { StepRecorder } from './step-recorder.ts';
import type { StepSettings } from './step-settings.ts';

// The library prints warnings to the console, which is our log.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

/**
 * One step of any model the AI SDK can reach. The library only speaks to the provider: tools have no `execute`,
 * retries and the next step are ours.
 */
export async function* streamStep(
  model: Exclude<LanguageModel, string>,
  settings: StepSettings,
  { instructions, messages, tools, toolChoice: allowed, signal }: StepRequest,
): AsyncGenerator<StepEvent> {
  // A controller of our own frees the connection too when the caller stops listening.
  const abandoned = new AbortController();
  const recorder = new StepRecorder(settings);
  const { provider, nativeTools, toolChoice, output, stream: streams, fileOptions, ...call } = settings;
  try {
    const { stream } = streamText({
      ...call,
      model: askedModel(model, { output, stream: streams }),
      instructions,
      messages: toModelMessages(messages, provider, fileOptions),
      allowSystemInMessages: true,
      tools: toolSet(tools, nativeTools),
      toolChoice: allowed === 'none' ? 'none' : isFirst(messages) ? toolChoice : undefined,
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
  yield* recorder.finish();
}

const isFirst = (messages: StepRequest['messages']): boolean => messages.at(-1)?.role === 'user';

/** A tool of ours keeps its name; one of the provider's gives way, for its name is between us and the library. */
function toolSet(tools: readonly ToolDefinition[], native: ToolSet = {}): ToolSet | undefined {
  const ours = new Set(tools.map(({ name }) => name));
  const set = Object.fromEntries([
    ...tools.map(({ name, description, inputSchema }) => [
      name,
      dynamicTool({ description, inputSchema: jsonSchema(inputSchema) }),
    ]),
    ...Object.entries(native).map(([name, tool]) => [ours.has(name) ? `native_${name}` : name, tool]),
  ]) as ToolSet;
  return Object.keys(set).length > 0 ? set : undefined;
}
