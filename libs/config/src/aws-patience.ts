/**
 * How long API and runner wait for AWS, in milliseconds. Connections go silent without being closed; the library would
 * wait for ever. It tries again what was given up, three times in all, on another connection.
 */
export const AWS_PATIENCE = {
  connectionTimeout: 2_000,
  /** Until an answer begins. Longer than a busy database takes: what is given up too early comes on top of what is there. */
  requestTimeout: 5_000,
  /** Without it the library only warns. */
  throwOnRequestTimeout: true,
  /** Of silence within an answer. */
  socketTimeout: 8_000,
} as const;
