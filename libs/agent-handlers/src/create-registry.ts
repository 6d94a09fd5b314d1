import { HandlerRegistry } from './handler-registry.ts';
import { OPENAI_HANDLER } from './openai/openai.id.ts';
import type { OpenAiHandlerOptions } from './openai/openai.handler.ts';

export interface HandlerOptions {
  openai: OpenAiHandlerOptions;
}

/** Every handler there is. Each is loaded when the first agent needs it. */
export function createHandlerRegistry(options: HandlerOptions): HandlerRegistry {
  return new HandlerRegistry([
    {
      ...OPENAI_HANDLER,
      load: async () => {
        const { OpenAiHandler } = await import('./openai/openai.handler.ts');
        return new OpenAiHandler(options.openai);
      },
    },
  ]);
}
