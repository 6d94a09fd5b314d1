import { HANDLER_IDS } from './handler-ids.ts';
import type { HandlerOptions } from './handler-options.ts';
import { HandlerRegistry, type HandlerSource } from './handler-registry.ts';

/**
 * Every handler there is. Each is loaded when the first agent needs it.
 * @param custom handlers of the operator's own, see `loadCustomHandlers`
 */
export function createHandlerRegistry(
  options: HandlerOptions,
  custom: readonly HandlerSource[] = [],
): HandlerRegistry {
  return new HandlerRegistry([...builtIn(options), ...custom]);
}

const builtIn = (options: HandlerOptions): HandlerSource[] => [
  {
    ...HANDLER_IDS.openai,
    load: async () => new (await import('./openai/openai.handler.ts')).OpenAiHandler(options),
    loadConfiguration: async () => (await import('./openai/openai.configuration.ts')).openAiConfiguration,
    loadNamedObjects: async () => (await import('./openai/openai.objects.ts')).openAiObjects,
  },
  {
    ...HANDLER_IDS.openAiCompletions,
    load: async () =>
      new (await import('./openai-completions/completions.handler.ts')).CompletionsHandler(options),
    loadConfiguration: async () =>
      (await import('./openai-completions/completions.configuration.ts')).completionsConfiguration,
    loadNamedObjects: async () =>
      (await import('./openai-completions/completions.objects.ts')).completionsObjects,
  },
  {
    ...HANDLER_IDS.anthropic,
    load: async () => new (await import('./anthropic/anthropic.handler.ts')).AnthropicHandler(options),
  },
  {
    ...HANDLER_IDS.bedrock,
    load: async () => new (await import('./bedrock/bedrock.handler.ts')).BedrockHandler(options),
  },
  {
    ...HANDLER_IDS.gemini,
    load: async () => new (await import('./gemini/gemini.handler.ts')).GeminiHandler(options),
  },
  {
    ...HANDLER_IDS.ollama,
    load: async () => new (await import('./ollama/ollama.handler.ts')).OllamaHandler(options),
    loadConfiguration: async () => (await import('./ollama/ollama.configuration.ts')).ollamaConfiguration,
  },
];
