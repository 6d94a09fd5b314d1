import type { Attribute, AttributeKind, EntityDefinition } from '@agent-engine/entities';
import {
  type AnyScope,
  everyone,
  type Models,
  newUuid,
  type Repository,
  type Values,
} from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';

const samples: Record<AttributeKind, (name: string) => unknown> = {
  text: (name) => `${name} of the sample`,
  integer: () => 42,
  float: () => 0.5,
  boolean: () => true,
  timestamp: () => undefined,
  json: () => ({
    snake_case: 'x',
    camelCase: { deep: [1, 2.5, null, true, {}, []], empty: '' },
    'with.dot': {},
    'Ünïcode 🚀': '',
  }),
  jsonList: () => [{ name: 'a', value: '' }, {}],
  textList: () => ['b', 'a', 'b'],
};

/** A value for everything a caller can write. */
export function sampleValues(definition: EntityDefinition): Values {
  const values: Record<string, unknown> = {};
  for (const [name, { kind, writable, shape, oneOf }] of Object.entries<Attribute>(definition.attributes)) {
    if (!writable) continue;
    if (oneOf) [values[name]] = oneOf;
    else
      values[name] = shape
        ? [Object.fromEntries(Object.keys(shape).map((key) => [key, `${key} of the sample`]))]
        : samples[kind](name);
  }
  return values;
}

/** Values for the keys a caller brings along. */
export function sampleKey(definition: EntityDefinition): Values {
  const { hash, range, format } = definition.key;
  if (format === 'natural') return { [hash]: `p-${newUuid()}`, [range]: `n-${newUuid()}` };
  return definition.scope === 'row' || definition.scope === 'global' ? { [hash]: 'some kind' } : {};
}

export type AnyRepository = Repository<EntityDefinition>;

export function repositoryOf(models: Models, definition: EntityDefinition): AnyRepository {
  return models.repository(definition.name);
}

/** The scope in which a partition works with the entity: itself, a thread of its own, or everyone's. */
export async function scopeOf(
  models: Models,
  definition: EntityDefinition,
  partition: Partition,
): Promise<AnyScope> {
  if (definition.scope === 'global') return everyone;
  if (definition.scope !== 'child') return partition;
  const thread = await models.thread.create(partition, { agentUuid: 'agent-1' });
  const owner = await models.ownerOf(partition, thread.threadUuid);
  if (!owner) throw new Error('the thread just created is not there');
  return owner;
}
