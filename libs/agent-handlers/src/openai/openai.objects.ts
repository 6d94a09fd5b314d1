import { objects, objectsOfHeaders, ownModel, type ProviderObject } from '../provider-objects.ts';
import { usesOperatorsOpenAi } from './openai.account.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';

/** What a configuration names in the operator's account; connectors are OpenAI's own, with a token of the agent's. */
export function openAiObjects(configuration: OpenAiConfiguration): ProviderObject[] {
  if (!usesOperatorsOpenAi(configuration)) return [];
  const { model, tools = [], skills = [], extra_headers } = configuration;
  return [
    ...ownModel(model, isTrained),
    ...tools.flatMap(({ container, vector_store_ids }, index) => [
      ...(typeof container === 'string'
        ? objects('other', container, ['tools', index, 'container'])
        : objects('file', container?.file_ids, ['tools', index, 'container', 'file_ids'])),
      ...objects('other', vector_store_ids, ['tools', index, 'vector_store_ids']),
    ]),
    ...skills.flatMap(({ skill_id }, index) => objects('skill', skill_id, ['skills', index, 'skill_id'])),
    ...objectsOfHeaders(extra_headers),
  ];
}

export const isTrained = (model: string): boolean => model.startsWith('ft:');
