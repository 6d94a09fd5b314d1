import { z } from 'zod';
import type { ProviderRequest } from '../provider/dialect.ts';

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const content = z.union([z.string(), z.array(part)]);

const typedItem = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('message'),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content,
  }),
  z.looseObject({
    type: z.literal('function_call'),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.looseObject({ type: z.literal('function_call_output'), call_id: z.string(), output: content }),
  z.looseObject({ type: z.literal('reasoning') }),
  z.looseObject({ type: z.literal('item_reference') }),
  z.looseObject({ type: z.enum(['web_search_call', 'shell_call', 'shell_call_output']) }),
]);
/** Messages may come without their type. */
const inputItem = z.preprocess(
  (item) =>
    typeof item === 'object' && item !== null && 'role' in item ? { type: 'message', ...item } : item,
  typedItem,
);

const tool = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  description: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});

/** The body of `POST /responses`, as far as the stand-in reads it; everything else is kept. */
export const responsesBody = z.looseObject({
  model: z.string(),
  input: z.preprocess(
    (input) => (typeof input === 'string' ? [{ role: 'user', content: input }] : input),
    z.array(inputItem),
  ),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  tools: z.array(tool).default([]),
});

export type ResponsesBody = z.output<typeof responsesBody>;
export type InputItem = ResponsesBody['input'][number];

export type OpenAiRequest = ProviderRequest<ResponsesBody>;

export const textOf = (value: z.output<typeof content>): string =>
  typeof value === 'string' ? value : value.map(({ text }) => text ?? '').join('');
