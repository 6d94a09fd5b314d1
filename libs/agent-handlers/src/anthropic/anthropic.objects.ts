import { usesOperatorsAccount } from '../provider-account.ts';
import { objects, objectsOfHeaders, ownModel, type ProviderObject } from '../provider-objects.ts';
import { type AnthropicConfiguration, isOnVertex, kindOfSkill } from './anthropic.configuration.ts';

/** Without a way to another place in the path of Vertex AI. */
const NAME = /^[\w.:@-]+$/;

/** What a configuration names in the operator's account. */
export function anthropicObjects(configuration: AnthropicConfiguration): ProviderObject[] {
  const { model, skills = [], container, extra_headers, service_account } = configuration;
  const isOperators = isOnVertex(configuration)
    ? service_account === undefined && configuration.base_url === undefined
    : usesOperatorsAccount(configuration);
  if (!isOperators) return [];
  return [
    ...ownModel(model, (name) => !NAME.test(name)),
    ...skills.flatMap((skill, index) =>
      kindOfSkill(skill) === 'custom' ? objects('skill', skill.skill_id, ['skills', index, 'skill_id']) : [],
    ),
    ...objects('other', container, ['container']),
    ...objectsOfHeaders(extra_headers),
  ];
}
