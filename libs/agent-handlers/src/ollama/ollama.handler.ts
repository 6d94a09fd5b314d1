import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import { toStructuredOutput } from '../configuration-fields.ts';
import { HANDLER_IDS } from '../handler-ids.ts';
import type { HandlerOptions } from '../handler-options.ts';
import type { Tool } from '../tool.ts';
import { ollamaAccount } from './ollama.account.ts';
import { type OllamaConfiguration, ollamaConfiguration } from './ollama.configuration.ts';
import { toOllamaMessages } from './ollama.messages.ts';
import { ollamaStep } from './ollama.step.ts';
import { ollamaWebTools } from './ollama.web-tools.ts';
import { askOllama, ollamaChunks } from './ollama.wire.ts';

/** Ollama's own API, at the agent's server or the operator's. */
export class OllamaHandler implements AgentHandler<OllamaConfiguration> {
  readonly id = HANDLER_IDS.ollama;
  readonly configuration = ollamaConfiguration;
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  ownTools(configuration: OllamaConfiguration): Tool[] {
    return ollamaWebTools(this.options, configuration);
  }

  async *step(request: StepRequest<OllamaConfiguration>): AsyncGenerator<StepEvent> {
    const { configuration, signal } = request;
    const body = requestBody(request);
    // Frees the connection too when the caller stops listening.
    const abandoned = new AbortController();
    try {
      const both = AbortSignal.any([signal, abandoned.signal]);
      const response = await askOllama(ollamaAccount(this.options, configuration), '/api/chat', body, both);
      const chunks = ollamaChunks(response, { whole: !body.stream, signal });
      yield* ollamaStep(chunks, { structured: body.format !== undefined });
    } finally {
      abandoned.abort();
    }
  }
}

function requestBody({
  configuration,
  defaultModel,
  instructions,
  messages,
  tools,
  toolChoice,
}: StepRequest<OllamaConfiguration>) {
  const { temperature, top_p, top_k, min_p, num_predict, num_ctx, repeat_penalty, seed, stop } =
    configuration;
  const { reasoning } = configuration;
  const output = toStructuredOutput(configuration.text?.format);
  return {
    model: configuration.model ?? defaultModel,
    stream: configuration.stream ?? true,
    messages: toOllamaMessages(instructions, messages),
    tools:
      toolChoice === 'none' || tools.length === 0
        ? undefined
        : tools.map(({ name, description, inputSchema }) => ({
            type: 'function',
            function: { name, description, parameters: inputSchema },
          })),
    format: output && (output.schema ?? 'json'),
    think: reasoning && reasoning.enabled !== false ? (reasoning.effort ?? true) : reasoning?.enabled,
    keep_alive: configuration.keep_alive,
    options: { temperature, top_p, top_k, min_p, num_predict, num_ctx, repeat_penalty, seed, stop },
  };
}
