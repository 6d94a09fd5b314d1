import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  type BatchExecuteStatementCommandOutput,
  type BatchStatementError,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Item, refusedUnits, type TableShape, writeUnits } from '@agent-engine/migration-core';
import { backOff, patiently } from './call.ts';
import { rowProblem } from './row-problem.ts';

export const INSERT_BATCH = 25;
const MAX_STATEMENT = 8_000;

export type Inserted = { row: 'inserted' } | { row: 'present' } | { row: 'impossible'; reason: string };

export interface InsertTarget {
  client: DynamoDBClient;
  name: string;
  shape: TableShape;
  /** Asked before each try; resolves when there is capacity for it. */
  admit: () => Promise<void>;
  onThrottle: () => void;
  /** Write units that requests have taken: of rows that were there already, too. */
  onConsumed: (units: number) => void;
  /** Asked right before each try: who waited between two of them may have lost the right to write. */
  assertHeld: () => Promise<void>;
}

interface Entry {
  row: Item;
  index: number;
  /** Undefined: too long. */
  statement: string | undefined;
}

/**
 * Writes rows that are not there yet, and none that is: one PartiQL INSERT each, in one call. The outcome of each row
 * is known; what was throttled or failed for a passing reason is tried again until it is.
 */
export async function insertIfAbsent(target: InsertTarget, rows: readonly Item[]): Promise<Inserted[]> {
  const outcomes = new Array<Inserted>(rows.length);
  let open: Entry[] = rows.map((row, index) => ({ row, index, statement: statementOf(target.name, row) }));
  for (let attempt = 0; open.length > 0; attempt++) {
    if (attempt > 0) await backOff(attempt);
    await target.admit();
    const again: Entry[] = [];
    const statements = open.filter((entry) => entry.statement !== undefined);
    const oversized = open.filter((entry) => entry.statement === undefined);
    const answers = statements.length > 0 ? await execute(target, statements) : [];
    for (const [position, entry] of statements.entries()) {
      const outcome = outcomeOf(answers[position]);
      if (outcome === 'again') again.push(entry);
      else outcomes[entry.index] = outcome;
    }
    if (answers.some(isThrottled)) target.onThrottle();
    for (const entry of oversized) outcomes[entry.index] = await putIfAbsent(target, entry.row);
    open = again;
  }
  return outcomes;
}

async function execute(
  target: InsertTarget,
  entries: readonly Entry[],
): Promise<(BatchStatementError | undefined)[]> {
  const { client, shape, onThrottle, onConsumed, assertHeld } = target;
  let answer: BatchExecuteStatementCommandOutput;
  try {
    answer = await patiently(
      async () => {
        await assertHeld();
        return client.send(
          new BatchExecuteStatementCommand({
            Statements: entries.map(({ row, statement }) => ({
              Statement: statement,
              Parameters: Object.values(row),
            })),
            ReturnConsumedCapacity: 'TOTAL',
          }),
        );
      },
      { onThrottle },
    );
  } catch (error) {
    const reason = rowProblem(error);
    if (reason === undefined) throw error;
    if (entries.length === 1) return [{ Code: 'ValidationError', Message: reason }];
    // All are refused for one of them, and nobody says which.
    const half = Math.ceil(entries.length / 2);
    const first = await execute(target, entries.slice(0, half));
    return [...first, ...(await execute(target, entries.slice(half)))];
  }
  const { Responses = [], ConsumedCapacity } = answer;
  // An answer for each statement, in their order; a missing one counts as not done.
  const errors = entries.map((_, index): BatchStatementError | undefined => {
    const response = Responses[index];
    return response ? response.Error : { Code: 'InternalServerError' };
  });
  // DynamoDB Local does not say.
  const told = ConsumedCapacity?.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
  onConsumed(told ?? entries.reduce((sum, { row }, index) => sum + unitsOf(shape, row, errors[index]), 0));
  return errors;
}

function unitsOf(shape: TableShape, row: Item, error: BatchStatementError | undefined): number {
  if (!error) return writeUnits(shape, row);
  return error.Code === 'DuplicateItem' ? refusedUnits(row) : 0;
}

const AGAIN = new Set([
  'InternalServerError',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'ThrottlingError',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionConflict',
]);

const isThrottled = (error: BatchStatementError | undefined) =>
  /Throughput|Throttling|RequestLimit/.test(error?.Code ?? '');

function outcomeOf(error: BatchStatementError | undefined): Inserted | 'again' {
  if (!error) return { row: 'inserted' };
  const { Code: code = '', Message: message } = error;
  if (code === 'DuplicateItem') return { row: 'present' };
  if (AGAIN.has(code)) return 'again';
  if (code === 'ValidationError' || code === 'ItemCollectionSizeLimitExceeded')
    return { row: 'impossible', reason: `${code}: ${message ?? ''}` };
  throw new Error(`INSERT was refused with ${code}: ${message ?? ''}`);
}

/** For rows with more attributes than a statement can name. */
async function putIfAbsent(
  { client, name, shape, onThrottle, onConsumed, assertHeld }: InsertTarget,
  row: Item,
): Promise<Inserted> {
  try {
    const { ConsumedCapacity } = await patiently(
      async () => {
        await assertHeld();
        return client.send(
          new PutItemCommand({
            TableName: name,
            Item: row,
            ConditionExpression: 'attribute_not_exists(#hash)',
            ExpressionAttributeNames: { '#hash': shape.hash },
            ReturnConsumedCapacity: 'TOTAL',
          }),
        );
      },
      { onThrottle },
    );
    onConsumed(ConsumedCapacity?.CapacityUnits ?? writeUnits(shape, row));
    return { row: 'inserted' };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      onConsumed(refusedUnits(row));
      return { row: 'present' };
    }
    const reason = rowProblem(error);
    if (reason) return { row: 'impossible', reason };
    throw error;
  }
}

function statementOf(table: string, row: Record<string, AttributeValue>): string | undefined {
  const names = Object.keys(row).map((name) => `'${name.replaceAll("'", "''")}':?`);
  const statement = `INSERT INTO "${table}" VALUE {${names.join(',')}}`;
  return statement.length > MAX_STATEMENT ? undefined : statement;
}
