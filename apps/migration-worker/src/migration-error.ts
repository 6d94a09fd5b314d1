/** Exit codes are part of the public interface; operators' scripts branch on them. */
export const EXIT = {
  done: 0,
  other: 1,
  usage: 2,
  preflightRefused: 3,
  differences: 4,
  cutoverAborted: 5,
  fencedOut: 6,
  streamGap: 7,
  lossRefused: 8,
} as const;

export type Outcome = keyof typeof EXIT;

/** Ends a command: what happened, what was expected, what to do. */
export class MigrationError extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MigrationError';
    this.outcome = outcome;
  }

  get exitCode(): number {
    return EXIT[this.outcome];
  }
}

/** Another worker has taken over what this one held: whatever it still wants to write, the database refuses. */
export class FencedOut extends MigrationError {
  constructor(what: string) {
    super('fencedOut', `Another worker has taken over ${what}. This one wrote nothing after that; it stops.`);
    this.name = 'FencedOut';
  }
}

/** Changes of a table can no longer be read from its stream: what happened in between is unknown. */
export class StreamGap extends MigrationError {
  readonly table: string;

  constructor(table: string, reason: string) {
    super(
      'streamGap',
      `The stream of ${table} has a gap: ${reason}. Nothing is lost in the source; run \`resync\`, which copies again what may have changed in between.`,
    );
    this.name = 'StreamGap';
    this.table = table;
  }
}
