import { usesOperatorsOpenAi } from '../openai/openai.account.ts';
import { isTrained } from '../openai/openai.objects.ts';
import { objectsOfHeaders, objectsWithin, ownModel, type ProviderObject } from '../provider-objects.ts';
import type { CompletionsConfiguration } from './completions.configuration.ts';

/** What a configuration names in the operator's account. */
export function completionsObjects(configuration: CompletionsConfiguration): ProviderObject[] {
  if (!usesOperatorsOpenAi(configuration)) return [];
  const { model, extra_body, extra_query, extra_headers } = configuration;
  return [
    ...ownModel(model, isTrained),
    ...ownModel(extra_body?.model, isTrained, ['extra_body', 'model']),
    ...objectsWithin(extra_body, ['extra_body']),
    ...objectsWithin(extra_query, ['extra_query']),
    ...objectsOfHeaders(extra_headers),
  ];
}
