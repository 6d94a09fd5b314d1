/**
 * How long API and runner wait for AWS, in milliseconds. Connections go silent without being closed; the library would
 * wait for ever. It tries again what was given up, three times in all, on another connection.
 */
export const AWS_PATIENCE = {
  connectionTimeout: 5_000,
  /**
   * From the wish to ask until an answer begins, waiting for a connection included. Longer than a database takes of which a
   * thousand things are wanted at once: what is given up too early comes on top of what is there.
   */
  requestTimeout: 15_000,
  /** Without it the library only warns. */
  throwOnRequestTimeout: true,
  /** Of silence within an answer. */
  socketTimeout: 20_000,
} as const;
