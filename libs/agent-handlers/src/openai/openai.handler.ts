import { createOpenAI } from '@ai-sdk/openai';
import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import { streamStep } from '../ai-sdk/stream-step.ts';
import type { MessageFile } from '../conversation.ts';
import { placeFiles } from '../files/place-files.ts';
import { HANDLER_IDS } from '../handler-ids.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { openAiAccount } from './openai.account.ts';
import { type OpenAiConfiguration, openAiConfiguration } from './openai.configuration.ts';
import { OpenAiFiles } from './openai.files.ts';
import { nativeTools } from './openai.native-tools.ts';
import { openAiObjects } from './openai.objects.ts';
import { placedFileIds, runsCode, withPlacedFiles } from './openai.placed-files.ts';
import { openAiSettings } from './openai.settings.ts';
import { OpenAiSkills } from './openai.skills.ts';

/**
 * OpenAI's Responses API. Nothing is stored at the provider, reasoning travels back encrypted instead, unless the agent
 * says so or uses tools whose results are nowhere else.
 */
export class OpenAiHandler implements AgentHandler<OpenAiConfiguration> {
  readonly id = HANDLER_IDS.openai;
  readonly configuration = openAiConfiguration;
  readonly nativeMcp = true;
  readonly namedObjects = openAiObjects;
  readonly files: OpenAiFiles;
  readonly skills: OpenAiSkills;
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
    this.files = new OpenAiFiles(options);
    this.skills = new OpenAiSkills(options);
  }

  placeFiles(configuration: OpenAiConfiguration, files: readonly MessageFile[]) {
    return runsCode(configuration) ? placeFiles(this.files, configuration, files) : Promise.resolve(files);
  }

  step(request: StepRequest<OpenAiConfiguration>): AsyncIterable<StepEvent> {
    const { configuration, messages, mcpServers } = request;
    // A client of its own per step: accounts must not mix.
    const openai = createOpenAI(openAiAccount(this.options, configuration));
    const model = openai.responses(configuration.model ?? request.defaultModel);
    const native = nativeTools(openai.tools, configuration, {
      mcpServers,
      fileIds: placedFileIds(messages),
    });
    const settings = openAiSettings(configuration, native);
    const step = { ...request, messages: withPlacedFiles(messages) };
    return streamStep(model, settings, step);
  }
}
