import type { AttributeValue, Delete, Put, Update } from '@aws-sdk/client-dynamodb';
import { convertToAttr, type NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { type EntityDefinition, storedName, type TableNaming } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { type Expectation, RequestWording, type Wording } from './request-wording.ts';
import type { Key, Values } from './values.ts';

/**
 * Builds the write requests of one table, for single writes and transactions alike. dynamoose words them
 * (docs/decisions/0004); values, checked before, are filled in here.
 */
export interface WriteRequests {
  /** Only if no such row exists. */
  put(values: Values): Promise<Put>;
  /** SET for values, REMOVE for null, nothing for undefined. Only if the row exists and says what is expected. */
  update(key: Key, changes: Values, expected?: Expectation): Promise<Update>;
  /** Only if the row exists and says what is expected. */
  delete(key: Key, expected?: Expectation): Promise<Delete>;
}

export function writeRequests(definition: EntityDefinition, naming: TableNaming): WriteRequests {
  const words = new RequestWording(definition, naming);
  return {
    put: (values) =>
      built(async () => {
        const row = stored(values, (value) => value != null);
        const { TableName, ConditionExpression, ExpressionAttributeNames } = await words.put(row);
        return { TableName, ConditionExpression, ExpressionAttributeNames, Item: attributes(row) };
      }),
    update: (key, changes, expected = {}) =>
      built(async () => {
        const changed = stored(changes, (value) => value !== undefined);
        const wording = await words.update(stored(key), changed, expected);
        const { TableName, UpdateExpression, ConditionExpression, ExpressionAttributeNames } = wording;
        const Key = attributes(stored(key));
        const filled = filledIn(wording, changed, expected);
        return { TableName, Key, UpdateExpression, ConditionExpression, ExpressionAttributeNames, ...filled };
      }),
    delete: (key, expected = {}) =>
      built(async () => {
        const wording = await words.delete(stored(key), expected);
        const { TableName, ConditionExpression, ExpressionAttributeNames } = wording;
        const Key = attributes(stored(key));
        return {
          TableName,
          Key,
          ConditionExpression,
          ExpressionAttributeNames,
          ...filledIn(wording, {}, expected),
        };
      }),
  };
}

/** DynamoDB takes no empty map of values. */
function filledIn(
  { set, expected, constants }: Wording,
  changes: Record<string, unknown>,
  wanted: Expectation,
) {
  const values = { ...constants };
  for (const [placeholder, name] of set) values[placeholder] = attribute(changes[name]);
  const byStored = Object.fromEntries(
    Object.entries(wanted).map(([name, { value }]) => [storedName(name), value]),
  );
  for (const [placeholder, name] of expected) values[placeholder] = attribute(byStored[name]);
  return Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {};
}

function stored<V>(values: Readonly<Record<string, V>>, isWanted: (value: V) => boolean = () => true) {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => isWanted(value))
      .map(([name, value]) => [storedName(name), value]),
  );
}

const attributes = (values: Record<string, unknown>): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, attribute(value)]));

const attribute = (value: unknown): AttributeValue =>
  typeof value === 'string'
    ? { S: value }
    : convertToAttr(value as NativeAttributeValue, { removeUndefinedValues: true });

/** Values were checked before; what is still refused is a value that cannot be expressed, not a fault of the storage. */
async function built<T>(build: () => Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (cause) {
    throw new AppError('argument.invalid', 'A value cannot be stored as it is.', { cause });
  }
}
