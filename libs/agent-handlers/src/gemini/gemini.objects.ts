import type { HandlerOptions } from '../handler-options.ts';
import { usesOperatorsAccount } from '../provider-account.ts';
import { objects, objectsOfHeaders, ownModel, type ProviderObject } from '../provider-objects.ts';
import { vertexPlace } from './gemini.account.ts';
import type { GeminiConfiguration } from './gemini.configuration.ts';

/** A model of Google's; others (`tunedModels/…`, `projects/…/endpoints/…`) are somebody's. */
const NAME = /^(models\/)?[\w.:@-]+$/;

/** What a configuration names in the operator's account, by key or on Vertex AI. */
export function geminiObjects(options: HandlerOptions, configuration: GeminiConfiguration): ProviderObject[] {
  const { model, tools = [], cached_content, extra_headers, base_url, service_account } = configuration;
  // On Vertex AI the key of a configuration is of no use: who asks is the operator, or the account it brings.
  const isOperators = vertexPlace(options, configuration)
    ? (service_account ?? base_url) === undefined
    : usesOperatorsAccount(configuration);
  if (!isOperators) return [];
  return [
    ...ownModel(model, (name) => !NAME.test(name)),
    ...tools.flatMap(({ file_search_store_names }, index) =>
      objects('other', file_search_store_names, ['tools', index, 'file_search_store_names']),
    ),
    ...objects('other', cached_content, ['cached_content']),
    ...objectsOfHeaders(extra_headers),
  ];
}
