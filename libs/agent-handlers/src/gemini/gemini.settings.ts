import { getGoogleLanguageModelEntry } from '@ai-sdk/google/internal';
import type { GoogleLanguageModelOptions } from '@ai-sdk/google';
import type { ToolSet } from 'ai';
import type { StepRequest } from '../agent-handler.ts';
import type { StepSettings } from '../ai-sdk/step-settings.ts';
import { toStructuredOutput, toToolChoice } from '../configuration-fields.ts';
import type { GeminiConfiguration } from './gemini.configuration.ts';

type Native = { set: ToolSet; warnings: string[] };
type Options = GoogleLanguageModelOptions;

/** What an agent's configuration says, in the library's words. */
export function geminiSettings(
  { configuration, tools, toolChoice }: StepRequest<GeminiConfiguration>,
  { model, native }: { model: string; native: Native },
): StepSettings {
  const { google, ...warned } = nativeAllowed(native, { model, tools, toolChoice });
  return {
    provider: 'google',
    maxOutputTokens: configuration.max_output_tokens,
    temperature: configuration.temperature,
    topP: configuration.top_p,
    topK: configuration.top_k,
    stopSequences: configuration.stop_sequences,
    presencePenalty: configuration.presence_penalty,
    frequencyPenalty: configuration.frequency_penalty,
    seed: configuration.seed,
    headers: configuration.extra_headers,
    stream: configuration.stream,
    output: toStructuredOutput(configuration.text?.format),
    toolChoice: toToolChoice(configuration.tool_choice),
    nativeTools: google,
    warnings: [...native.warnings, ...warned.warnings],
    providerOptions: {
      google: {
        thinkingConfig: thinkingConfig(configuration, model),
        // The provider knows which categories there are.
        safetySettings: configuration.safety_settings as Options['safetySettings'],
        responseModalities: configuration.response_modalities,
        mediaResolution: configuration.media_resolution,
        cachedContent: configuration.cached_content,
        serviceTier: configuration.service_tier,
        labels: configuration.labels,
      } satisfies Options,
    },
  };
}

/** Models before Gemini 3 take functions or the provider's own tools, not both: then what the agent's servers offer goes first. */
function nativeAllowed(
  { set }: Native,
  { model, tools, toolChoice }: { model: string } & Pick<StepRequest, 'tools' | 'toolChoice'>,
): { google: ToolSet; warnings: string[] } {
  const names = Object.keys(set);
  if (names.length === 0 || toolChoice === 'none') return { google: {}, warnings: [] };
  const takesBoth = getGoogleLanguageModelEntry(model).capabilities.language.tools.functionResponseParts;
  if (tools.length === 0 || takesBoth) return { google: set, warnings: [] };
  return {
    google: {},
    warnings: [`${model} takes no tools of its own beside functions; not offered: ${names.join(', ')}.`],
  };
}

const BUDGETS = {
  none: 0,
  minimal: 512,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 32_768,
  max: 32_768,
};

function thinkingConfig({ reasoning }: GeminiConfiguration, model: string): Options['thinkingConfig'] {
  if (!reasoning) return undefined;
  const { enabled, include_thoughts, thinking_level, thinking_budget, effort } = reasoning;
  const byLevel = !/gemini-2\./.test(model);
  if (enabled === false || effort === 'none') {
    return byLevel ? { thinkingLevel: 'minimal', includeThoughts: false } : { thinkingBudget: 0 };
  }
  const level = thinking_level ?? (effort === 'max' ? 'xhigh' : effort);
  return {
    includeThoughts: include_thoughts ?? true,
    ...(thinking_budget !== undefined && { thinkingBudget: thinking_budget }),
    ...(level !== undefined && (byLevel ? { thinkingLevel: level } : { thinkingBudget: BUDGETS[level] })),
  };
}
