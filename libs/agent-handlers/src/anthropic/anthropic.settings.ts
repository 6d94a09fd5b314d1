import type { AnthropicLanguageModelOptions } from '@ai-sdk/anthropic';
import { getModelCapabilities } from '@ai-sdk/anthropic/internal';
import type { StepRequest } from '../agent-handler.ts';
import type { StepSettings } from '../ai-sdk/step-settings.ts';
import { toStructuredOutput, toToolChoice } from '../configuration-fields.ts';
import { type AnthropicConfiguration, isOnVertex, kindOfSkill } from './anthropic.configuration.ts';
import { containerOf, containerPart, readResult } from './anthropic.container.ts';
import { mcpConnector } from './anthropic.mcp.ts';
import { runsCode, type nativeTools } from './anthropic.native-tools.ts';
import { effortOf } from './claude-fields.ts';

/** Every model can write as much; the library asks unknown ones for half of it. */
const TOKENS_OF_ALL = 8_192;

type Native = ReturnType<typeof nativeTools>;

/** What an agent's configuration says, in the library's words. */
export function anthropicSettings(
  { configuration, messages, mcpServers, toolChoice }: StepRequest<AnthropicConfiguration>,
  model: string,
  native: Native,
): StepSettings {
  const { thinking, skills = [], metadata } = configuration;
  const mcp = mcpConnector(configuration, mcpServers);
  // In the step that has to do without tools, their servers would be tools.
  const connectors = toolChoice === 'none' ? [] : mcp.connectors;
  const id = runsCode(configuration) ? (containerOf(messages) ?? configuration.container) : undefined;
  return {
    provider: 'anthropic',
    maxOutputTokens: configuration.max_tokens ?? (isKnown(model) ? undefined : TOKENS_OF_ALL),
    temperature: configuration.temperature,
    topP: configuration.top_p,
    topK: configuration.top_k,
    stopSequences: configuration.stop_sequences,
    headers: configuration.extra_headers,
    stream: configuration.stream,
    output: toStructuredOutput(configuration.text?.format),
    toolChoice: toToolChoice(configuration.tool_choice),
    nativeTools: native.set,
    warnings: [...native.warnings, ...mcp.warnings],
    readResult,
    lastPart: containerPart,
    fileOptions: ({ mediaType, fileId }) => {
      if (fileId === undefined) return [{}];
      const placed = { anthropic: { containerUpload: true } };
      // The model reads these itself; its code may need them too.
      return isRead(mediaType) ? [{}, placed] : [placed];
    },
    providerOptions: {
      anthropic: {
        structuredOutputMode: isOnVertex(configuration) ? 'auto' : structuredOutputMode(model),
        thinking: thinking && thinkingOptions(thinking),
        effort: effortOf(configuration),
        disableParallelToolUse: configuration.parallel_tool_calls === false || undefined,
        cacheControl: configuration.cache_control && { ...configuration.cache_control, type: 'ephemeral' },
        serviceTier: configuration.service_tier,
        metadata: metadata?.user_id === undefined ? undefined : { userId: metadata.user_id },
        anthropicBeta: configuration.betas,
        mcpServers: connectors.length > 0 ? connectors : undefined,
        container:
          skills.length > 0 || id !== undefined ? { id, skills: skills.map(skillOptions) } : undefined,
      } satisfies AnthropicLanguageModelOptions,
    },
  };
}

const isRead = (mediaType: string): boolean =>
  mediaType.startsWith('image/') || mediaType === 'application/pdf';

type Thinking = NonNullable<AnthropicConfiguration['thinking']>;

function thinkingOptions({ type, budget_tokens, display }: Thinking) {
  if (type === 'enabled') return { type, budgetTokens: budget_tokens };
  return type === 'adaptive' ? { type, display } : { type };
}

type Skill = NonNullable<AnthropicConfiguration['skills']>[number];

function skillOptions({ type, skill_id, version: given }: Skill) {
  const version = given === undefined ? undefined : String(given);
  const kind = kindOfSkill({ type, skill_id });
  if (kind === 'anthropic') return { type: kind, skillId: skill_id, version };
  return { type: kind, providerReference: { anthropic: skill_id }, version };
}

/** A model the library does not know is newer than the library, and so are its abilities. */
const structuredOutputMode = (model: string) => (isKnown(model) ? 'auto' : 'outputFormat');

const isKnown = (model: string): boolean => getModelCapabilities(model).isKnownModel;
