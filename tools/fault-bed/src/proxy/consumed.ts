import { type Answer, withBody } from './answer.ts';
import type { Call } from './call.ts';

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

/** About what a call will take, from its own size: each entry at least a unit, twice that in a transaction. */
export function estimatedWriteUnits({ request, operation }: Call, bodyBytes: number): number {
  const entries =
    operation === 'BatchWriteItem'
      ? Object.values(request.RequestItems as Record<string, unknown[]>).reduce(
          (n, list) => n + list.length,
          0,
        )
      : ((request.Statements ?? request.TransactItems ?? [0]) as unknown[]).length;
  const units = Math.max(entries, Math.ceil(bodyBytes / 1024));
  return operation.startsWith('Transact') ? 2 * units : units;
}

/** DynamoDB tells what a batch of statements took, DynamoDB Local does not. */
export function withEstimate(call: Call, answer: Answer, bodyBytes: number): Answer {
  const { operation, request, tables } = call;
  const { ReturnConsumedCapacity: asked = 'NONE' } = request;
  if (operation !== 'BatchExecuteStatement' || answer.status !== 200 || asked === 'NONE') return answer;
  const CapacityUnits = estimatedWriteUnits(call, bodyBytes) / tables.length;
  const body = JSON.parse(answer.body.toString()) as object;
  return withBody(answer, {
    ConsumedCapacity: tables.map((TableName) => ({ TableName, CapacityUnits })),
    ...body,
  });
}
