import type { ToolChoice, ToolSet } from 'ai';
import { z } from 'zod';
import { isJsonObject, type JsonObject } from './json.ts';

/** Settings that several handlers have, each with its rule. */
export const text = z.string();
export const model = text.optional().describe('Absent: the name of the llm.');
export const temperature = (max: number) => z.number().min(0).max(max);
export const share = z.number().min(0).max(1);
export const tokens = z.number().int().min(1);
export const penalty = z.number().min(-2).max(2);

export const baseUrl = z
  .string()
  .refine((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol), 'must be an http(s) URL')
  .describe('Server to ask instead of the provider’s own, with or without a version in its path.');

/** A label of a host name: the location becomes part of one. */
export const googleLocation = z
  .string()
  .regex(/^[a-z0-9-]+$/, 'must be a location such as us-central1 or global');
export const googleProject = z.string().regex(/^[a-z0-9:.-]+$/, 'must be the id of a project');
export const serviceAccount = z
  .looseObject({ client_email: text, private_key: text })
  .optional()
  .describe('Whose account is used on Vertex AI; absent: the operator’s, for the operator’s project only.');

/** An object in somebody else's words. Forms that have no fields for it send it as a list of names and values. */
export const freeForm = z.preprocess(fromNamesAndValues, z.record(z.string(), z.unknown()));
export const textByName = z.preprocess(fromNamesAndValues, z.record(z.string(), z.string()));

/** Settings every handler's form has, whoever reads them. */
export const sharedSettings = {
  enabled_tools: z.array(z.string()).optional().describe('Names of the MCP tools it may use. Absent: all.'),
  stream: z.boolean().optional().describe('False: asks the provider for whole answers.'),
  max_retries: z
    .number()
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe('Further attempts at a step that failed before its first word, or was empty; 2 unless said.'),
};

export const mcpLlmNative = z
  .boolean()
  .optional()
  .describe('The provider speaks to the agent’s MCP servers itself.');

export const jsonFormat = z
  .looseObject({
    type: z.enum(['text', 'json_object', 'json_schema']),
    name: text.optional(),
    description: text.optional(),
    schema: freeForm.optional(),
    strict: z
      .boolean()
      .optional()
      .describe('For the protocols of OpenAI; of no effect elsewhere, where a schema is always binding.'),
  })
  .refine(({ type, schema }) => type !== 'json_schema' || schema !== undefined, {
    path: ['schema'],
    message: 'must be given for the format json_schema',
  });

export const textSettings = z.looseObject({ format: jsonFormat.optional() }).describe('The answer as JSON.');

export const toolChoice = z.union([
  z.looseObject({
    type: text.optional(),
    name: text.optional(),
    function: z.looseObject({ name: text }).optional(),
  }),
  z.enum(['auto', 'none', 'required']),
]);

/** In the library's words. */
export function toToolChoice(
  choice: z.output<typeof toolChoice> | undefined,
): ToolChoice<ToolSet> | undefined {
  if (choice === undefined || typeof choice === 'string') return choice;
  const toolName = choice.function?.name ?? choice.name;
  return toolName === undefined ? undefined : { type: 'tool', toolName };
}

/** What an agent wants its answers to be; undefined for plain text. */
export function toStructuredOutput(format: z.output<typeof jsonFormat> | undefined) {
  if (format === undefined || format.type === 'text') return undefined;
  const { name, description, schema } = format;
  return {
    name,
    description,
    schema: format.type === 'json_schema' ? (schema as JsonObject | undefined) : undefined,
  };
}

function fromNamesAndValues(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const isPair = (entry: unknown): entry is { name: string; value: unknown } =>
    isJsonObject(entry) && typeof entry.name === 'string';
  return value.every(isPair) ? Object.fromEntries(value.map(({ name, value: v }) => [name, v])) : value;
}
