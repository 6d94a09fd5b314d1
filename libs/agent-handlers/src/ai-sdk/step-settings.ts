import type { streamText, ToolChoice, ToolSet } from 'ai';
import type { JsonObject } from '../json.ts';

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
  /** What of the configuration is not done, and why. */
  warnings?: readonly string[];
}
