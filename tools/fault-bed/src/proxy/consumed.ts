import { type Answer, withBody } from './answer.ts';
import type { Call } from './call.ts';
import type { Throttled } from './fault.ts';

export interface Consumed {
  TableName?: string;
  CapacityUnits?: number;
}

/** Units of each table as the answer says, for callers that asked for it. */
export function consumedOf({ request }: Call, { status, body }: Answer): Consumed[] {
  const asked = request.ReturnConsumedCapacity;
  if (status !== 200 || asked === undefined || asked === 'NONE') return [];
  const { ConsumedCapacity } = JSON.parse(body.toString()) as { ConsumedCapacity?: Consumed | Consumed[] };
  return Array.isArray(ConsumedCapacity) ? ConsumedCapacity : ConsumedCapacity ? [ConsumedCapacity] : [];
}

/** Writes or reads in a call: more than one in a batch or transaction. */
export function entriesOf({ request }: Call): number {
  const { RequestItems, Statements, TransactItems, TransactStatements } = request;
  const lists = Object.values(RequestItems ?? {}) as (unknown[] | { Keys: unknown[] })[];
  if (lists.length > 0)
    return lists.reduce((sum, list) => sum + (Array.isArray(list) ? list : list.Keys).length, 0);
  return ((Statements ?? TransactItems ?? TransactStatements ?? [0]) as unknown[]).length;
}

/**
 * About what a call will take, from its own size: each entry at least a unit, twice that in a transaction.
 * @param busy what of it was not let through
 */
export function estimatedWriteUnits(call: Call, bodyBytes: number, busy?: Throttled): number {
  const entries = entriesOf(call);
  const units = Math.max(entries, Math.ceil(bodyBytes / 1024)) * ((busy?.passes ?? entries) / entries);
  return call.operation.startsWith('Transact') ? 2 * units : units;
}

/** DynamoDB tells what a batch of statements took, DynamoDB Local does not. */
export function withEstimate(call: Call, answer: Answer, bodyBytes: number, busy?: Throttled): Answer {
  const { operation, request, tables } = call;
  const { ReturnConsumedCapacity: asked = 'NONE' } = request;
  if (operation !== 'BatchExecuteStatement' || answer.status !== 200 || asked === 'NONE') return answer;
  const CapacityUnits = estimatedWriteUnits(call, bodyBytes, busy) / tables.length;
  const body = JSON.parse(answer.body.toString()) as object;
  return withBody(answer, {
    ConsumedCapacity: tables.map((TableName) => ({ TableName, CapacityUnits })),
    ...body,
  });
}
