import { HANDLER_IDS } from './handler-ids.ts';
import type { HandlerOptions } from './handler-options.ts';
import { HandlerRegistry, type HandlerSource } from './handler-registry.ts';

/** Every handler there is. Each is loaded when the first agent needs it. */
export function createHandlerRegistry(options: HandlerOptions): HandlerRegistry {
  return new HandlerRegistry(builtIn(options));
}

const builtIn = (options: HandlerOptions): HandlerSource[] => [
  {
    ...HANDLER_IDS.openai,
    load: async () => new (await import('./openai/openai.handler.ts')).OpenAiHandler(options),
  },
  {
    ...HANDLER_IDS.openAiCompletions,
    load: async () =>
      new (await import('./openai-completions/completions.handler.ts')).CompletionsHandler(options),
  },
  {
    ...HANDLER_IDS.ollama,
    load: async () => new (await import('./ollama/ollama.handler.ts')).OllamaHandler(options),
  },
];
