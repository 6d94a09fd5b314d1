import type { HandlerOptions } from './handler-options.ts';
import { withoutVersion } from './provider-account.ts';
import { ProviderError } from './provider-error.ts';

/** The keys under which configurations say as whom a project of Google Cloud is asked. */
interface VertexKeys {
  base_url?: string;
  service_account?: { client_email: string; private_key: string };
}

export interface VertexPlace {
  project: string;
  location: string;
}

export const DEFAULT_LOCATION = 'global';

/**
 * Where an agent's requests to Vertex AI go, and as whom, in the library's words. The operator's identity opens the
 * operator's project only, and never goes to a server an agent names.
 * @param api the version and the publisher in paths
 * @throws ProviderError `provider.authentication` when there is no identity, AppError `egress.forbidden`
 */
export function vertexAccount(
  { google: operator = {}, egress }: HandlerOptions,
  { base_url, service_account: own }: VertexKeys,
  { project, location }: VertexPlace,
  api: { version: string; publisher: string },
) {
  const mayUseOperators = base_url === undefined && project === operator.vertex?.project;
  if (!own && !mayUseOperators) {
    throw new ProviderError('provider.authentication', {
      message: 'No service account for this project of Vertex AI is configured for this agent.',
    });
  }
  if (base_url !== undefined) egress.check(base_url);
  const server = base_url ?? operator.baseUrl;
  const path = `projects/${project}/locations/${location}/publishers/${api.publisher}`;
  return {
    project,
    location,
    /** Absent: Google's own, which depends on the location. */
    baseURL: server && `${withoutVersion(server)}/${api.version}/${path}`,
    fetch: base_url === undefined ? globalThis.fetch : egress.fetch,
    googleAuthOptions: own
      ? // These two only: other kinds of credentials name servers that would be asked.
        { credentials: { client_email: own.client_email, private_key: own.private_key } }
      : operator.vertex?.auth && { authClient: operator.vertex.auth },
  };
}
