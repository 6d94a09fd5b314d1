import { createOpenAI } from '@ai-sdk/openai';
import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import { streamStep } from '../ai-sdk/stream-step.ts';
import type { EgressGuard } from '../egress/guarded-fetch.ts';
import { ProviderError } from '../provider-error.ts';
import { retryBeforeFirstEvent, type RetryPolicy } from '../retry.ts';
import { withVersion } from './base-url.ts';
import { type OpenAiConfiguration, openAiConfiguration } from './openai.configuration.ts';
import { OPENAI_HANDLER } from './openai.id.ts';

export interface OpenAiHandlerOptions {
  /** The operator's account, for agents that bring no key of their own. */
  apiKey?: string;
  /** The operator's server; trusted, so not guarded. */
  baseUrl?: string;
  /** Guards the base URLs that agents name. */
  egress: EgressGuard;
  retry?: RetryPolicy;
}

const OPENAI_URL = 'https://api.openai.com/v1';

/** Some servers that speak this protocol want no key, but the header has to hold something. */
const NO_KEY = 'none';

/** OpenAI's Responses API. Nothing is stored at the provider: reasoning travels back encrypted instead. */
export class OpenAiHandler implements AgentHandler<OpenAiConfiguration> {
  readonly id = OPENAI_HANDLER;
  readonly configuration = openAiConfiguration;
  private readonly options: OpenAiHandlerOptions;

  constructor(options: OpenAiHandlerOptions) {
    this.options = options;
  }

  step(request: StepRequest<OpenAiConfiguration>): AsyncIterable<StepEvent> {
    const { configuration, signal } = request;
    const model = this.connect(configuration).responses(configuration.model ?? request.defaultModel);
    const settings = {
      maxOutputTokens: configuration.maxOutputTokens,
      temperature: configuration.temperature,
      topP: configuration.topP,
      providerOptions: {
        openai: {
          store: false,
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

  /** A client of its own per step. The operator's key never goes to a server an agent names. */
  private connect({ apiKey, baseUrl }: OpenAiConfiguration) {
    if (baseUrl) {
      this.options.egress.check(baseUrl);
      return createOpenAI({
        baseURL: withVersion(baseUrl),
        apiKey: apiKey ?? NO_KEY,
        fetch: this.options.egress.fetch,
      });
    }
    const key = apiKey ?? this.options.apiKey;
    if (!key && !this.options.baseUrl) {
      throw new ProviderError('provider.authentication', {
        message: 'No key for the model provider is configured for this agent.',
      });
    }
    return createOpenAI({
      baseURL: withVersion(this.options.baseUrl ?? OPENAI_URL),
      apiKey: key ?? NO_KEY,
      fetch: globalThis.fetch,
    });
  }
}
