import type { OpenAILanguageModelResponsesOptions } from '@ai-sdk/openai';
import type { OutputFile } from '../agent-handler.ts';
import type { StepSettings } from '../ai-sdk/step-settings.ts';
import { toStructuredOutput, toToolChoice } from '../configuration-fields.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';
import type { NativeTools } from './openai.native-tools.ts';

/** What an agent's configuration says, in the library's words. */
export function openAiSettings(configuration: OpenAiConfiguration, native: NativeTools): StepSettings {
  const { reasoning, text } = configuration;
  const summary = reasoning?.summary === 'required' ? 'auto' : reasoning?.summary;
  return {
    provider: 'openai',
    maxOutputTokens: configuration.max_output_tokens,
    temperature: configuration.temperature,
    topP: configuration.top_p,
    headers: configuration.extra_headers,
    stream: configuration.stream,
    output: toStructuredOutput(text?.format),
    toolChoice: toToolChoice(configuration.tool_choice),
    nativeTools: native.set,
    warnings: native.warnings,
    readResult,
    outputFileOf,
    providerOptions: {
      openai: {
        store: configuration.store ?? native.needStore,
        // Which types of files it reads is the provider's business.
        passThroughUnsupportedFiles: true,
        strictJsonSchema: text?.format?.strict ?? false,
        textVerbosity: text?.verbosity,
        parallelToolCalls: configuration.parallel_tool_calls,
        maxToolCalls: configuration.max_tool_calls,
        truncation: configuration.truncation,
        serviceTier: configuration.service_tier,
        promptCacheKey: configuration.prompt_cache_key,
        safetyIdentifier: configuration.safety_identifier,
        user: configuration.user,
        metadata: configuration.metadata,
        ...(reasoning && {
          // An agent that asks for reasoning runs on a reasoning model, whatever its name.
          forceReasoning: true,
          reasoningEffort: reasoning.effort,
          reasoningSummary: summary === 'none' ? undefined : summary,
          include: ['reasoning.encrypted_content'],
        }),
      } satisfies OpenAILanguageModelResponsesOptions,
    },
  };
}

/** A picture is a file of the answer; as a result it would be kept and sent again with every step. */
function readResult(name: string, result: JsonValue): { result: JsonValue; files: OutputFile[] } {
  if (name !== 'image_generation' || !isJsonObject(result) || typeof result.result !== 'string') {
    return { result, files: [] };
  }
  return { result: { result: '' }, files: [{ mediaType: 'image/png', content: result.result }] };
}

/** What code has written, where the answer points to it. */
function outputFileOf(metadata: JsonValue | undefined, filename?: string): OutputFile | undefined {
  const { openai } = isJsonObject(metadata) ? metadata : {};
  if (!isJsonObject(openai) || typeof openai.fileId !== 'string' || typeof openai.containerId !== 'string') {
    return undefined;
  }
  return { filename, fileId: openai.fileId, containerId: openai.containerId };
}
