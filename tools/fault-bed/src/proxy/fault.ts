import type { Call } from './call.ts';

/** What happens to one call. */
export type Fault =
  /** The connection ends: before the database sees the call, or after it did and before its answer arrives. */
  | { kind: 'drop'; when: 'before' | 'after' }
  /** Half of the answer arrives. */
  | { kind: 'cut' }
  | { kind: 'delay'; when: 'before' | 'after'; ms: number }
  /** The database gets it again so much later, whatever has happened meanwhile. The first answer counts. */
  | { kind: 'duplicate'; lateMs: number }
  /** Refused for lack of capacity. Of a batch only some entries, unless `whole`; with `passes` all but so many first ones. */
  | { kind: 'throttle'; whole?: boolean; passes?: number }
  /** Another transaction is at work on one of the items. */
  | { kind: 'conflict' }
  /** A collection of items under one key with local indexes has reached 10 GB. */
  | { kind: 'collectionFull' }
  /** A row in it can never be written: all of the call is refused, and nobody says which row. */
  | { kind: 'invalid' }
  | { kind: 'serverError'; status?: 500 | 503 }
  | { kind: 'expiredIterator' }
  | { kind: 'trimmed' };

export type FaultKind = Fault['kind'];
export type Throttled = Extract<Fault, { kind: 'throttle' }>;

/** Says for every call what goes wrong with it; undefined: nothing. */
export type FaultPlan = (call: Call) => Fault | undefined;

const GROWING = /^(PutItem|UpdateItem|BatchExecuteStatement|TransactWriteItems)$/;
const ITEMS = /^(Batch|Transact|Execute|Get|Put|Update|Delete|Query|Scan|Describe)/;

/** Whether that can happen to such a call at all. */
export function suits(kind: FaultKind, { operation, service, mutating }: Call): boolean {
  switch (kind) {
    case 'conflict':
      return /^(PutItem|UpdateItem|DeleteItem|BatchExecuteStatement|Transact\w+|ExecuteTransaction)$/.test(
        operation,
      );
    case 'collectionFull':
    case 'invalid':
      return mutating && GROWING.test(operation);
    case 'expiredIterator':
      return operation === 'GetRecords';
    case 'trimmed':
      return service === 'streams' && /^(GetRecords|GetShardIterator)$/.test(operation);
    case 'throttle':
      return ITEMS.test(operation);
    case 'duplicate':
      return !/^(CreateTable|DeleteTable|UpdateTable)$/.test(operation);
    default:
      return true;
  }
}
