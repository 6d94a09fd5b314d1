import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { ChangeEvent, Item } from '@agent-engine/migration-core';

/** One write an event asks for. Of several to the same row only the last is sent. */
export interface EventWrite {
  /** Table and key, as text. */
  readonly id: string;
  readonly entry: TransactWriteItem;
  /** Sent with it if it is sent: where a tombstone stands. */
  readonly companion?: TransactWriteItem;
  readonly bytes: number;
  readonly units: number;
  /** What is put, where a row is put as a whole. */
  readonly row?: Item;
  /**
   * Looks at the row that made the condition fail, where more than being older can be the reason.
   * @throws MigrationError when the line has to stop
   */
  readonly examine?: (present: Item | undefined) => void;
}

export interface RefusedEvent {
  readonly reason: string;
  /** The source row's key. */
  readonly key: Item;
  readonly version: string;
  readonly lossy?: boolean;
  readonly stray?: boolean;
}

export type Effect =
  | { writes: readonly EventWrite[]; origin: Omit<RefusedEvent, 'reason'> }
  | { refused: RefusedEvent }
  /** Nothing to do: the migrator's own write, or one that changes nothing over there. */
  | { nothing: true };

/** What becomes of the changes of one table. */
export interface Applier {
  effectOf(event: ChangeEvent): Effect | Promise<Effect>;
}
