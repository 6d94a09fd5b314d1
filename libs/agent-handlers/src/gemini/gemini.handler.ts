import { googleTools } from '@ai-sdk/google/internal';
import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import { leadingInstructions } from '../ai-sdk/leading-instructions.ts';
import { streamStep } from '../ai-sdk/stream-step.ts';
import { HANDLER_IDS } from '../handler-ids.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { geminiProvider } from './gemini.account.ts';
import { type GeminiConfiguration, geminiConfiguration } from './gemini.configuration.ts';
import { GeminiFiles } from './gemini.files.ts';
import { nativeTools } from './gemini.native-tools.ts';
import { geminiObjects } from './gemini.objects.ts';
import { geminiSettings } from './gemini.settings.ts';

/** Gemini, by API key or on Vertex AI. Signatures of thoughts travel back as they came. */
export class GeminiHandler implements AgentHandler<GeminiConfiguration> {
  readonly id = HANDLER_IDS.gemini;
  readonly configuration = geminiConfiguration;
  readonly files: GeminiFiles;
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
    this.files = new GeminiFiles(options);
  }

  namedObjects(configuration: GeminiConfiguration) {
    return geminiObjects(this.options, configuration);
  }

  step(request: StepRequest<GeminiConfiguration>): AsyncIterable<StepEvent> {
    const { configuration } = request;
    const name = configuration.model ?? request.defaultModel;
    const model = geminiProvider(this.options, configuration).languageModel(name);
    const settings = geminiSettings(request, {
      model: name,
      native: nativeTools(googleTools, configuration),
    });
    const step = leadingInstructions(request);
    return streamStep(model, settings, step);
  }
}
