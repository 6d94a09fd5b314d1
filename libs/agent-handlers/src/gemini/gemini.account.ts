import { createGoogle } from '@ai-sdk/google';
import { createGoogleVertex } from '@ai-sdk/google-vertex';
import type { HandlerOptions } from '../handler-options.ts';
import { providerAccount, usesOperatorsAccount, withoutVersion } from '../provider-account.ts';
import { ProviderError } from '../provider-error.ts';
import type { GeminiConfiguration } from './gemini.configuration.ts';

const GEMINI_URL = 'https://generativelanguage.googleapis.com';
const GEMINI_VERSION = 'v1beta';
const VERTEX_VERSION = 'v1beta1';
const DEFAULT_LOCATION = 'global';

/** @throws as `providerAccount` */
export function geminiAccount({ google: operator, egress }: HandlerOptions, keys: GeminiConfiguration) {
  const { url, ...account } = providerAccount({ operator, egress }, keys, GEMINI_URL);
  return { ...account, server: withoutVersion(url), version: GEMINI_VERSION };
}

/** Project and location where an agent's models run on Vertex AI; undefined: by API key. */
export function vertexPlace({ google: operator }: HandlerOptions, configuration: GeminiConfiguration) {
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
  if (place) return vertexProvider(options, configuration, place);
  const { server, version, apiKey, fetch } = geminiAccount(options, configuration);
  return createGoogle({ baseURL: `${server}/${version}`, apiKey, fetch });
}

function vertexProvider(
  { google: operator = {}, egress }: HandlerOptions,
  configuration: GeminiConfiguration,
  { project, location }: { project: string; location: string },
) {
  const { base_url, service_account: own } = configuration;
  // The operator's identity opens the operator's project only, and never goes to a server an agent names.
  const mayUseOperators = base_url === undefined && project === operator.vertex?.project;
  if (!own && !mayUseOperators) {
    throw new ProviderError('provider.authentication', {
      message: 'No service account for this project of Vertex AI is configured for this agent.',
    });
  }
  if (base_url !== undefined) egress.check(base_url);
  const server = base_url ?? operator.baseUrl;
  return createGoogleVertex({
    apiKey: '', // not the one that the environment may hold: that is the operator's
    project,
    location,
    baseURL:
      server &&
      `${withoutVersion(server)}/${VERTEX_VERSION}/projects/${project}/locations/${location}/publishers/google`,
    fetch: base_url === undefined ? globalThis.fetch : egress.fetch,
    googleAuthOptions: own
      ? // These two only: other kinds of credentials name servers that would be asked.
        { credentials: { client_email: own.client_email, private_key: own.private_key } }
      : operator.vertex?.auth && { authClient: operator.vertex.auth },
  });
}
