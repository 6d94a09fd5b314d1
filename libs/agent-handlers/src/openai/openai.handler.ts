import { createOpenAI } from '@ai-sdk/openai';
import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import { streamStep } from '../ai-sdk/stream-step.ts';
import { HANDLER_IDS } from '../handler-ids.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { retryBeforeFirstEvent } from '../retry.ts';
import { openAiAccount } from './openai.account.ts';
import { type OpenAiConfiguration, openAiConfiguration } from './openai.configuration.ts';
import { OpenAiFiles } from './openai.files.ts';

/** OpenAI's Responses API. Nothing is stored at the provider: reasoning travels back encrypted instead. */
export class OpenAiHandler implements AgentHandler<OpenAiConfiguration> {
  readonly id = HANDLER_IDS.openai;
  readonly configuration = openAiConfiguration;
  readonly files: OpenAiFiles;
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
    this.files = new OpenAiFiles(options);
  }

  step(request: StepRequest<OpenAiConfiguration>): AsyncIterable<StepEvent> {
    const { configuration, signal } = request;
    // A client of its own per step: accounts must not mix.
    const account = createOpenAI(openAiAccount(this.options, configuration));
    const model = account.responses(configuration.model ?? request.defaultModel);
    const settings = {
      provider: 'openai',
      maxOutputTokens: configuration.maxOutputTokens,
      temperature: configuration.temperature,
      topP: configuration.topP,
      providerOptions: {
        openai: {
          store: false,
          // Which types of files it reads is the provider's business.
          passThroughUnsupportedFiles: true,
          ...(configuration.reasoning && {
            // An agent that asks for reasoning runs on a reasoning model, whatever its name.
            forceReasoning: true,
            reasoningEffort: configuration.reasoning.effort,
            reasoningSummary: configuration.reasoning.summary,
            include: ['reasoning.encrypted_content'],
          }),
        },
      },
    };
    return retryBeforeFirstEvent(() => streamStep(model, settings, request), signal, this.options.retry);
  }
}
