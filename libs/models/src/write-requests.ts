import type { Delete, Put, Update } from '@aws-sdk/client-dynamodb';
import {
  type Attribute,
  type EntityDefinition,
  storedName,
  tableName,
  type TableNaming,
} from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import dynamoose from 'dynamoose';
import type { Key, Values } from './values.ts';

/** What the stored row must say for a write to happen, by attribute name. */
export type Expectation = Readonly<Record<string, { value: string; orMissing: boolean }>>;

/**
 * Builds the write requests of one table, for single writes and transactions alike. dynamoose checks values against
 * the schema and words the expressions; sending is ours (docs/decisions/0004).
 */
export interface WriteRequests {
  /** Only if no such row exists. */
  put(values: Values): Promise<Put>;
  /** SET for values, REMOVE for null, nothing for undefined. Only if the row exists and says what is expected. */
  update(key: Key, changes: Values, expected?: Expectation): Promise<Update>;
  /** Only if the row exists and says what is expected. */
  delete(key: Key, expected?: Expectation): Promise<Delete>;
}

type SchemaType = typeof String | typeof Number | typeof Boolean;

const schemaTypes: Partial<Record<Attribute['kind'], SchemaType>> = {
  text: String,
  timestamp: String,
  integer: Number,
  float: Number,
  boolean: Boolean,
};

export function writeRequests(definition: EntityDefinition, naming: TableNaming): WriteRequests {
  const model = dynamoose.model(definition.table, schemaOf(definition));
  // Tables come from the definition: dynamoose must neither create, alter nor wait for them.
  new dynamoose.Table(tableName(definition, naming), [model], {
    create: false,
    update: false,
    waitForActive: false,
  });

  const range = storedName(definition.key.range);
  const existing = (expected: Expectation = {}) =>
    Object.entries(expected).reduce(
      (condition, [name, wanted]) => condition.and().parenthesis(says(name, wanted)),
      new dynamoose.Condition().attribute(range).exists(),
    );

  return {
    put: (values) =>
      built(async () => {
        const request = await model.create(stored(values), { return: 'request', overwrite: false });
        return { ...request, Item: request.Item };
      }),
    update: (key, changes, expected) =>
      built(async () => {
        const removed = Object.keys(changes).filter((name) => changes[name] === null);
        const set = Object.fromEntries(Object.entries(changes).filter(([, value]) => value != null));
        const request = await model.update(
          storedKey(key),
          { $SET: stored(set), ...(removed.length > 0 && { $REMOVE: removed.map(storedName) }) },
          { return: 'request', condition: existing(expected) },
        );
        const { ReturnValues, ...update } = request;
        return { ...update, UpdateExpression: request.UpdateExpression };
      }),
    delete: (key, expected) =>
      built(() => model.delete(storedKey(key), { return: 'request', condition: existing(expected) })),
  };
}

/** JSON attributes are left to `saveUnknown`: declared ones would lose their empty objects. */
function schemaOf(definition: EntityDefinition) {
  const fields: Record<string, { type: SchemaType; required: boolean; hashKey?: true; rangeKey?: true }> = {};
  for (const [name, { kind, required }] of Object.entries<Attribute>(definition.attributes)) {
    const type = schemaTypes[kind];
    if (!type) continue;
    const field = { type, required };
    if (name === definition.key.hash) fields[storedName(name)] = { ...field, hashKey: true };
    else if (name === definition.key.range) fields[storedName(name)] = { ...field, rangeKey: true };
    else fields[storedName(name)] = field;
  }
  return new dynamoose.Schema(fields, { saveUnknown: true });
}

function says(name: string, { value, orMissing }: Expectation[string]) {
  const equal = new dynamoose.Condition().attribute(storedName(name)).eq(value);
  if (!orMissing) return equal;
  return equal.or().attribute(storedName(name)).not().exists().or().attribute(storedName(name)).eq(null);
}

const stored = (values: Values) =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value != null)
      .map(([name, value]) => [storedName(name), value]),
  );

const storedKey = (key: Key) =>
  Object.fromEntries(Object.entries(key).map(([name, value]) => [storedName(name), value]));

/** Values were checked before; what dynamoose still refuses is a value it cannot express, not a fault of the storage. */
async function built<T>(build: () => Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (cause) {
    throw new AppError('argument.invalid', 'A value cannot be stored as it is.', { cause });
  }
}
