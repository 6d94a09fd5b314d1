import { objects, ownModel, type ProviderObject } from '../provider-objects.ts';
import type { BedrockConfiguration } from './bedrock.configuration.ts';

/** What a configuration names in the operator's account. Models and inference profiles of Amazon's have plain names. */
export function bedrockObjects(configuration: BedrockConfiguration): ProviderObject[] {
  const { api_key, aws_access_key, base_url, model, guardrail } = configuration;
  if ((api_key ?? aws_access_key ?? base_url) !== undefined) return [];
  return [
    ...ownModel(model, (name) => name.startsWith('arn:')),
    ...objects('other', guardrail?.identifier, ['guardrail', 'identifier']),
  ];
}
