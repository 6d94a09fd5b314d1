import type { FilePart, streamText, ToolChoice, ToolSet } from 'ai';
import type { OutputFile } from '../agent-handler.ts';
import type { AssistantPart, MessageFile } from '../conversation.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** JSON as the answer: of a schema, or any. */
export interface StructuredOutput {
  schema?: JsonObject;
  name?: string;
  description?: string;
}

/** What a handler makes of an agent's configuration, in the library's words. */
export interface StepSettings extends Pick<
  Parameters<typeof streamText>[0],
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'presencePenalty'
  | 'frequencyPenalty'
  | 'stopSequences'
  | 'seed'
  | 'headers'
  | 'providerOptions'
> {
  /** The library's name of the provider. */
  provider: string;
  /** Tools the provider runs itself, by the name they have in this step. */
  nativeTools?: ToolSet;
  /** For the first step of a question; later ones would never end. */
  toolChoice?: ToolChoice<ToolSet>;
  output?: StructuredOutput;
  /** False: the provider is asked for whole answers. */
  stream?: boolean;
  /** Takes the files out of what a tool of the provider gives. */
  readResult?: (toolName: string, result: JsonValue) => { result: JsonValue; files: readonly OutputFile[] };
  /** The file a reference of the answer stands for, by what the provider says of it. */
  outputFileOf?: (metadata: JsonValue | undefined, filename?: string) => OutputFile | undefined;
  /** What to remember of a step besides what the model said, by what the provider says at its end. */
  lastPart?: (metadata: JsonValue | undefined) => AssistantPart | undefined;
  /** How a file of a question is shown: once for each of the given options. */
  fileOptions?: (file: MessageFile) => readonly NonNullable<FilePart['providerOptions']>[];
  /** What of the configuration is not done, and why. */
  warnings?: readonly string[];
}
