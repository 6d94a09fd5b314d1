import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  type Attribute,
  type EntityDefinition,
  storedName,
  tableName,
  type TableNaming,
} from '@agent-engine/entities';
import dynamoose from 'dynamoose';
import { LRUCache } from 'lru-cache';

/** What the stored row must say for a write to happen, by attribute name. */
export type Expectation = Readonly<Record<string, { value: string; orMissing: boolean }>>;

/** Values by stored name; null: to be removed. */
export type StoredValues = Readonly<Record<string, unknown>>;

/** A write without its values. */
export interface Wording {
  readonly TableName: string | undefined;
  /** Of updates. */
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  /** Placeholders and the stored names of what comes in their place. */
  readonly set: readonly Slot[];
  readonly expected: readonly Slot[];
  /** What is the same whatever is written. */
  readonly constants: Readonly<Record<string, AttributeValue>>;
}

type Slot = readonly [placeholder: string, stored: string];
type SchemaType = typeof String | typeof Number | typeof Boolean;

/** Shapes remembered per table. Callers choose which attributes they change, so there is no end of them. */
const MAX_SHAPES = 200;

const schemaTypes: Partial<Record<Attribute['kind'], SchemaType>> = {
  text: String,
  timestamp: String,
  integer: Number,
  float: Number,
  boolean: Boolean,
};

/**
 * Words the writes of one table with dynamoose, each shape once: which attributes are set, removed and expected decides
 * the expressions, and wording costs a hundred times what filling them in does.
 */
export class RequestWording {
  private readonly model;
  private readonly range: string;
  private readonly worded = new LRUCache<string, Promise<Wording>>({ max: MAX_SHAPES });

  constructor(definition: EntityDefinition, naming: TableNaming) {
    this.model = dynamoose.model(definition.table, schemaOf(definition));
    this.range = storedName(definition.key.range);
    // Tables come from the definition: dynamoose must neither create, alter nor wait for them.
    new dynamoose.Table(tableName(definition, naming), [this.model], {
      create: false,
      update: false,
      waitForActive: false,
    });
  }

  /** Only if no such row exists. @param row a complete one */
  put(row: StoredValues): Promise<Wording> {
    return this.once('put', async () =>
      wording(await this.model.create({ ...row }, { return: 'request', overwrite: false })),
    );
  }

  /** Only if the row exists and says what is expected. */
  update(key: Record<string, string>, changes: StoredValues, expected: Expectation): Promise<Wording> {
    const names = Object.keys(changes);
    const removed = names.filter((name) => changes[name] === null);
    const set = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));
    return this.once(JSON.stringify([Object.keys(set), removed, shapeOf(expected)]), async () =>
      wording(
        await this.model.update(
          key,
          { $SET: set, ...(removed.length > 0 && { $REMOVE: removed }) },
          { return: 'request', condition: this.existing(expected) },
        ),
      ),
    );
  }

  /** Only if the row exists and says what is expected. */
  delete(key: Record<string, string>, expected: Expectation): Promise<Wording> {
    return this.once(JSON.stringify(['delete', shapeOf(expected)]), async () =>
      wording(await this.model.delete(key, { return: 'request', condition: this.existing(expected) })),
    );
  }

  /** One that could not be worded is not remembered: the next may have other values. */
  private once(shape: string, word: () => Promise<Wording>): Promise<Wording> {
    const known = this.worded.get(shape);
    if (known) return known;
    const worded = word();
    this.worded.set(shape, worded);
    worded.catch(() => this.worded.delete(shape));
    return worded;
  }

  private existing(expected: Expectation) {
    return Object.entries(expected).reduce(
      (condition, [name, wanted]) => condition.and().parenthesis(says(name, wanted)),
      new dynamoose.Condition().attribute(this.range).exists(),
    );
  }
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

const shapeOf = (expected: Expectation) =>
  Object.entries(expected).map(([name, { orMissing }]) => [name, orMissing]);

interface Worded {
  TableName: string | undefined;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

const PLACED = /(#\w+) = (:\w+)/g;

/** Takes the values out of a request and notes where they were. */
function wording(request: Worded): Wording {
  const { TableName, UpdateExpression = '', ConditionExpression = '' } = request;
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
  const slots = (expression: string): Slot[] =>
    [...expression.matchAll(PLACED)].map(([, name = '', placeholder = '']) => [
      placeholder,
      names[name] ?? '',
    ]);
  const isConstant = ([placeholder]: Slot) => values[placeholder]?.NULL !== undefined;
  const conditions = slots(ConditionExpression);
  return {
    ...{ TableName, UpdateExpression, ConditionExpression, ExpressionAttributeNames: names },
    set: slots(UpdateExpression),
    expected: conditions.filter((slot) => !isConstant(slot)),
    constants: Object.fromEntries(conditions.filter(isConstant).map(([slot]) => [slot, { NULL: true }])),
  };
}
