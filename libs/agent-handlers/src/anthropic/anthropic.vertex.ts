import { createGoogleVertexAnthropic } from '@ai-sdk/google-vertex/anthropic';
import type { HandlerOptions } from '../handler-options.ts';
import { ProviderError } from '../provider-error.ts';
import { DEFAULT_LOCATION, vertexAccount, type VertexPlace } from '../vertex-account.ts';
import type { AnthropicConfiguration } from './anthropic.configuration.ts';

const VERTEX = { version: 'v1', publisher: 'anthropic' };

/** The library's provider of Claude in a project of Google Cloud. @throws as `vertexAccount` */
export function claudeOnVertex(options: HandlerOptions, configuration: AnthropicConfiguration) {
  const { baseURL, ...account } = vertexAccount(
    options,
    configuration,
    placeOf(options, configuration),
    VERTEX,
  );
  return createGoogleVertexAnthropic({ ...account, baseURL: baseURL && `${baseURL}/models` });
}

/** The agent's project, else the operator's. */
function placeOf(
  { google: { vertex: operators } = {} }: HandlerOptions,
  { project_id, region }: AnthropicConfiguration,
): VertexPlace {
  const project = project_id ?? operators?.project;
  if (project === undefined) {
    throw new ProviderError('provider.authentication', {
      message: 'No project of Vertex AI is configured for this agent.',
    });
  }
  const location = project === operators?.project ? operators.location : undefined;
  return { project, location: region ?? location ?? DEFAULT_LOCATION };
}
