import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import { ANY_JSON, leadingInstructions, withInstruction } from '../ai-sdk/leading-instructions.ts';
import { streamStep } from '../ai-sdk/stream-step.ts';
import { withPlainText } from '../files/plain-text.ts';
import { HANDLER_IDS } from '../handler-ids.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { BedrockAccounts } from './bedrock.account.ts';
import { type BedrockConfiguration, bedrockConfiguration } from './bedrock.configuration.ts';
import { bedrockObjects } from './bedrock.objects.ts';
import { bedrockSettings } from './bedrock.settings.ts';
import { toolTurnsAsText } from './tool-turns-as-text.ts';

/** Claude on Amazon Bedrock, through its Converse API. Thoughts travel back signed or sealed, as they came. */
export class BedrockHandler implements AgentHandler<BedrockConfiguration> {
  readonly id = HANDLER_IDS.bedrock;
  readonly configuration = bedrockConfiguration;
  readonly namedObjects = bedrockObjects;
  private readonly accounts: BedrockAccounts;

  constructor(options: HandlerOptions) {
    this.accounts = new BedrockAccounts(options);
  }

  step(request: StepRequest<BedrockConfiguration>): AsyncIterable<StepEvent> {
    const { configuration, tools, toolChoice } = request;
    const name = configuration.model ?? request.defaultModel;
    const model = this.accounts.provider(configuration).languageModel(name, { modelFamily: 'anthropic' });
    const wantsAnyJson = configuration.text?.format?.type === 'json_object';
    const asked = leadingInstructions(wantsAnyJson ? withInstruction(request, ANY_JSON) : request);
    const messages = withPlainText(asked.messages);
    const step =
      toolChoice === 'none' || tools.length === 0
        ? { ...asked, messages: toolTurnsAsText(messages), tools: [], toolChoice: undefined }
        : { ...asked, messages };
    return streamStep(model, bedrockSettings(configuration, name), step);
  }
}
