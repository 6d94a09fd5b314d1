/** Which way a resolver learns its tenant, and what stands between it and that. */
export interface Variant {
  tenancy: 'context' | 'requestScope';
  /** `wide`: every service gets a registry of all repositories, as loaders would; `narrow`: its own one. */
  width: 'narrow' | 'wide';
  /** Bare field resolvers `(parent)`, which Nest calls directly, or ones with parameter decorators. */
  fields: 'fast' | 'decorated';
}

/** `root`: one field. `rows`: a list of 100 with one field resolver each. */
export type Operation = 'root' | 'rows';

export interface ScopeJob {
  operation: Operation;
  times: number;
}

export interface ScopeRound {
  medianMs: number;
}
