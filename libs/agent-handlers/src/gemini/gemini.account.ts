import { createGoogle } from '@ai-sdk/google';
import { createGoogleVertex } from '@ai-sdk/google-vertex';
import type { HandlerOptions } from '../handler-options.ts';
import { providerAccount, usesOperatorsAccount, withoutVersion } from '../provider-account.ts';
import { DEFAULT_LOCATION, vertexAccount, type VertexPlace } from '../vertex-account.ts';
import type { GeminiConfiguration } from './gemini.configuration.ts';

const GEMINI_URL = 'https://generativelanguage.googleapis.com';
const GEMINI_VERSION = 'v1beta';
const VERTEX = { version: 'v1beta1', publisher: 'google' };

/** @throws as `providerAccount` */
export function geminiAccount({ google: operator, egress }: HandlerOptions, keys: GeminiConfiguration) {
  const { url, ...account } = providerAccount({ operator, egress }, keys, GEMINI_URL);
  return { ...account, server: withoutVersion(url), version: GEMINI_VERSION };
}

/** Project and location where an agent's models run on Vertex AI; undefined: by API key. */
export function vertexPlace(
  { google: operator }: HandlerOptions,
  configuration: GeminiConfiguration,
): VertexPlace | undefined {
  if (configuration.project !== undefined) {
    const { project, location = DEFAULT_LOCATION } = configuration;
    return { project, location };
  }
  if (!usesOperatorsAccount(configuration) || operator?.vertex === undefined) return undefined;
  const { project, location = DEFAULT_LOCATION } = operator.vertex;
  return { project, location: configuration.location ?? location };
}

/** The library's provider in the agent's account. Made afresh for each step: accounts must not mix. */
export function geminiProvider(options: HandlerOptions, configuration: GeminiConfiguration) {
  const place = vertexPlace(options, configuration);
  if (place) {
    return createGoogleVertex({
      ...vertexAccount(options, configuration, place, VERTEX),
      apiKey: '', // not the one that the environment may hold: that is the operator's
    });
  }
  const { server, version, apiKey, fetch } = geminiAccount(options, configuration);
  return createGoogle({ baseURL: `${server}/${version}`, apiKey, fetch });
}
