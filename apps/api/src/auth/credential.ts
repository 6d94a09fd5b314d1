/** What a verified credential allows. Headers, body and query only choose among it. */
export interface Credential {
  /** Who: the token's `sub`, or the name of the API key. */
  readonly subject: string | undefined;
  /** Matched exactly: neither patterns nor letter case. */
  readonly endpointIds: readonly string[];
  readonly partIds: readonly string[] | '*';
  readonly role: string | undefined;
  /** Milliseconds since the epoch; API keys do not expire. */
  readonly expiresAt?: number;
}
