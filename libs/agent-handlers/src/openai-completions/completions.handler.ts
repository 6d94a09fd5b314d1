import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { extractReasoningMiddleware, wrapLanguageModel } from 'ai';
import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import type { StepSettings } from '../ai-sdk/step-settings.ts';
import { streamStep } from '../ai-sdk/stream-step.ts';
import { toStructuredOutput, toToolChoice } from '../configuration-fields.ts';
import { HANDLER_IDS } from '../handler-ids.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { openAiAccount } from '../openai/openai.account.ts';
import { endSilence } from '../silence.ts';
import { type CompletionsConfiguration, completionsConfiguration } from './completions.configuration.ts';
import { completionsObjects } from './completions.objects.ts';
import { completionsRequest } from './completions.request.ts';

const DEFAULT_TIMEOUT_SECONDS = 120;
const PROVIDER = 'openaiCompatible';

/** OpenAI's chat completions, as vLLM, SGLang, Groq, Together, LiteLLM and many others speak them. */
export class CompletionsHandler implements AgentHandler<CompletionsConfiguration> {
  readonly id = HANDLER_IDS.openAiCompletions;
  readonly configuration = completionsConfiguration;
  readonly namedObjects = completionsObjects;
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  step(request: StepRequest<CompletionsConfiguration>): AsyncIterable<StepEvent> {
    const { configuration, signal } = request;
    const model = this.model(configuration, request.defaultModel);
    const settings = settingsOf(configuration);
    const silenceMs = (configuration.request_timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS) * 1_000;
    return endSilence((own) => streamStep(model, settings, { ...request, signal: own }), {
      silenceMs,
      signal,
    });
  }

  /** A client of its own per step: accounts must not mix. */
  private model(configuration: CompletionsConfiguration, defaultModel: string) {
    const server = createOpenAICompatible({
      ...openAiAccount(this.options, configuration),
      name: PROVIDER,
      headers: configuration.extra_headers,
      queryParams: configuration.extra_query,
      includeUsage: true,
      supportsStructuredOutputs: true,
      transformRequestBody: (body) => completionsRequest(body, configuration),
    });
    const model = server.chatModel(configuration.model ?? defaultModel);
    if (configuration.enable_think_tag_split === false) return model;
    return wrapLanguageModel({ model, middleware: extractReasoningMiddleware({ tagName: 'think' }) });
  }
}

function settingsOf(configuration: CompletionsConfiguration): StepSettings {
  const { response_format: format, stop } = configuration;
  return {
    provider: PROVIDER,
    maxOutputTokens: configuration.max_tokens,
    temperature: configuration.temperature,
    topP: configuration.top_p,
    presencePenalty: configuration.presence_penalty,
    frequencyPenalty: configuration.frequency_penalty,
    seed: configuration.seed,
    stopSequences: typeof stop === 'string' ? [stop] : stop,
    stream: configuration.stream,
    output: toStructuredOutput(format && { type: format.type, ...format.json_schema }),
    toolChoice: toToolChoice(configuration.tool_choice),
    providerOptions: {
      [PROVIDER]: {
        reasoningEffort: configuration.reasoning_effort,
        strictJsonSchema: format?.json_schema?.strict ?? false,
      },
    },
  };
}
