import type { AmazonBedrockLanguageModelChatOptions } from '@ai-sdk/amazon-bedrock';
import { getModelCapabilities } from '@ai-sdk/anthropic/internal';
import type { StepSettings } from '../ai-sdk/step-settings.ts';
import { effortOf } from '../anthropic/claude-fields.ts';
import { toStructuredOutput, toToolChoice } from '../configuration-fields.ts';
import type { BedrockConfiguration } from './bedrock.configuration.ts';

/** Every model can write as much; Bedrock lets some write half of it unless asked. */
const DEFAULT_TOKENS = 8_192;

/** What an agent's configuration says, in the library's words. */
export function bedrockSettings(configuration: BedrockConfiguration, model: string): StepSettings {
  const { guardrail, tools = [], top_k } = configuration;
  return {
    provider: 'amazonBedrock',
    maxOutputTokens: configuration.max_tokens ?? DEFAULT_TOKENS,
    temperature: configuration.temperature,
    topP: configuration.top_p,
    stopSequences: configuration.stop_sequences,
    headers: configuration.extra_headers,
    stream: configuration.stream,
    output: toStructuredOutput(configuration.text?.format),
    toolChoice: toToolChoice(configuration.tool_choice),
    warnings: tools.map(
      ({ name }) => `The tool ${name} of the configuration is offered if an MCP server has it.`,
    ),
    providerOptions: {
      amazonBedrock: {
        // A model the library does not know is newer than the library, and so are its abilities.
        structuredOutputMode: getModelCapabilities(model).isKnownModel ? 'auto' : 'outputFormat',
        reasoningConfig: reasoningConfig(configuration),
        serviceTier: configuration.service_tier,
        anthropicBeta: configuration.betas,
        // Converse has no such setting of its own.
        additionalModelRequestFields: top_k === undefined ? undefined : { top_k },
        ...(guardrail && {
          guardrailConfig: {
            guardrailIdentifier: guardrail.identifier,
            guardrailVersion: guardrail.version,
            ...(guardrail.trace && { trace: guardrail.trace }),
          },
        }),
      } satisfies AmazonBedrockLanguageModelChatOptions & Record<string, unknown>,
    },
  };
}

function reasoningConfig(configuration: BedrockConfiguration) {
  const { thinking } = configuration;
  const maxReasoningEffort = effortOf(configuration);
  if (!thinking && maxReasoningEffort === undefined) return undefined;
  return {
    type: thinking?.type,
    budgetTokens: thinking?.type === 'enabled' ? (thinking.budget_tokens ?? 1_024) : undefined,
    display: thinking?.display,
    maxReasoningEffort,
  };
}
