import type { GoogleVertexProviderSettings } from '@ai-sdk/google-vertex';
import type { EgressGuard } from './egress/guarded-fetch.ts';

type AuthClient = NonNullable<GoogleVertexProviderSettings['googleAuthOptions']>['authClient'];

/** The operator's account at a provider, for agents that bring none. */
export interface ProviderAccount {
  apiKey?: string;
  /** The operator's server; trusted, so not guarded. */
  baseUrl?: string;
}

/** What all handlers are made of. */
export interface HandlerOptions {
  openai?: ProviderAccount;
  anthropic?: ProviderAccount;
  /** Credentials come the usual AWS way. */
  bedrock?: ProviderAccount & { region?: string };
  google?: ProviderAccount & {
    /** Agents that bring no account run there, as the usual Google way says who asks, unless `auth` does. */
    vertex?: { project: string; location?: string; auth?: AuthClient };
  };
  /** `webUrl`: where its web tools are, if not at ollama.com. */
  ollama?: ProviderAccount & { webUrl?: string };
  /** Guards the base URLs that agents name. */
  egress: EgressGuard;
}
