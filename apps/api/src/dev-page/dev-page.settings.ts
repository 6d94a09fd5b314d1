import type { DevTokenSigner } from './dev-token.ts';

export interface DevPageSettings {
  endpointId: string;
  /** The parts a visitor may be; the first one is shown first. */
  partIds: readonly string[];
  /** Key the IDE sends. */
  apiKey: string;
  /** Absent: the page asks the visitor for a token. */
  token?: DevTokenSigner;
}

/** What the local stack sets up. */
export const localStack: DevPageSettings = {
  endpointId: 'gpt',
  partIds: ['acme', 'globex'],
  apiKey: 'local-dev-key',
};
