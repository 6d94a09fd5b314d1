import {
  type LanguageModel,
  type LanguageModelMiddleware,
  simulateStreamingMiddleware,
  wrapLanguageModel,
} from 'ai';
import type { StructuredOutput } from './step-settings.ts';

type Model = Exclude<LanguageModel, string>;

/** The model with what has to be asked of it in other ways than by settings. */
export function askedModel(
  model: Model,
  { output, stream = true }: { output?: StructuredOutput; stream?: boolean },
): Model {
  const middleware: LanguageModelMiddleware[] = [];
  if (output) middleware.push(asksFor(output));
  if (!stream) middleware.push(simulateStreamingMiddleware());
  return middleware.length > 0 ? wrapLanguageModel({ model, middleware }) : model;
}

/** The library's own way to structured output holds the answer back to validate it. */
const asksFor = ({ schema, name, description }: StructuredOutput): LanguageModelMiddleware => ({
  transformParams: ({ params }) =>
    Promise.resolve({ ...params, responseFormat: { type: 'json', schema, name, description } }),
});
