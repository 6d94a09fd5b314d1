import { createAnthropic } from '@ai-sdk/anthropic';
import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import { ANY_JSON, leadingInstructions, withInstruction } from '../ai-sdk/leading-instructions.ts';
import { streamStep } from '../ai-sdk/stream-step.ts';
import type { MessageFile } from '../conversation.ts';
import { placeFiles } from '../files/place-files.ts';
import { withPlainText } from '../files/plain-text.ts';
import { HANDLER_IDS } from '../handler-ids.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { anthropicAccount } from './anthropic.account.ts';
import {
  type AnthropicConfiguration,
  anthropicConfiguration,
  isOnVertex,
} from './anthropic.configuration.ts';
import { AnthropicFiles } from './anthropic.files.ts';
import { nativeTools, runsCode } from './anthropic.native-tools.ts';
import { anthropicObjects } from './anthropic.objects.ts';
import { anthropicSettings } from './anthropic.settings.ts';
import { AnthropicSkills } from './anthropic.skills.ts';
import { claudeOnVertex } from './anthropic.vertex.ts';

/** Anthropic's Messages API, there or on Vertex AI. Thoughts travel back signed or sealed, as they came. */
export class AnthropicHandler implements AgentHandler<AnthropicConfiguration> {
  readonly id = HANDLER_IDS.anthropic;
  readonly configuration = anthropicConfiguration;
  readonly nativeMcp = true;
  readonly namedObjects = anthropicObjects;
  readonly files: AnthropicFiles;
  readonly skills: AnthropicSkills;
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
    this.files = new AnthropicFiles(options);
    this.skills = new AnthropicSkills(options);
  }

  placeFiles(configuration: AnthropicConfiguration, files: readonly MessageFile[]) {
    return runsCode(configuration) ? placeFiles(this.files, configuration, files) : Promise.resolve(files);
  }

  step(request: StepRequest<AnthropicConfiguration>): AsyncIterable<StepEvent> {
    const { configuration } = request;
    const model = configuration.model ?? request.defaultModel;
    const settings = anthropicSettings(request, model, nativeTools(configuration));
    const wantsAnyJson = configuration.text?.format?.type === 'json_object';
    const asked = leadingInstructions(wantsAnyJson ? withInstruction(request, ANY_JSON) : request);
    const step = { ...asked, messages: withPlainText(asked.messages) };
    return streamStep(this.provider(configuration).languageModel(model), settings, step);
  }

  /** A client of its own per step: accounts must not mix. */
  private provider(configuration: AnthropicConfiguration) {
    if (isOnVertex(configuration)) return claudeOnVertex(this.options, configuration);
    const { server, version, apiKey, fetch } = anthropicAccount(this.options, configuration);
    return createAnthropic({ baseURL: `${server}/${version}`, apiKey, fetch });
  }
}
