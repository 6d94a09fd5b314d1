import { entities } from './entities.ts';
import { internalEntities } from './internal-entities.ts';
import { capitalized, storedName } from './naming.ts';
import { operationalTables } from './operational-tables.ts';
import { isFollowed, legacyTableProperties, tableName, tableProperties, timeToLive } from './table.ts';

const naming = { tablePrefix: 'aace-', tenantTableSuffix: '-pk' };

describe.each(entities.map((definition) => [definition.name, definition] as const))(
  'definition of %s',
  (_name, definition) => {
    it('is data that nobody can change', () => {
      const frozen = (value: unknown): boolean =>
        typeof value !== 'object' ||
        value === null ||
        (Object.isFrozen(value) && Object.values(value).every(frozen));
      expect(frozen(definition)).toBe(true);
    });

    it('names only attributes it has', () => {
      const { key, indexes, list, attributes } = definition;
      const named = [
        key.hash,
        key.range,
        ...Object.values(indexes).flatMap(({ hash, range }) => [hash ?? range, range]),
        ...Object.keys(list.selectors ?? {}),
        ...Object.values(list.filters ?? {}).flatMap((filter) =>
          'attribute' in filter ? [filter.attribute] : [],
        ),
      ];
      expect(named.filter((name) => !(name in attributes))).toEqual([]);
    });

    it('bounds its list by the range of the index that lists it', () => {
      const { list, indexes } = definition;
      if (list.between) expect(indexes[list.bounds?.index ?? list.index ?? '']?.range).toBe(list.between);
    });

    it('describes a table DynamoDB accepts: every key attribute defined, and no other', () => {
      const table = tableProperties(definition, naming);
      const keyed = [
        table,
        ...(table.LocalSecondaryIndexes ?? []),
        ...(table.GlobalSecondaryIndexes ?? []),
      ].flatMap(({ KeySchema }) => KeySchema.map(({ AttributeName }) => AttributeName));
      expect(table.AttributeDefinitions.map(({ AttributeName }) => AttributeName).sort()).toEqual(
        [...new Set(keyed)].sort(),
      );
    });

    it('has the tenant suffix in its table name exactly if its hash key is the partition', () => {
      expect(tableName(definition, naming).endsWith('-pk')).toBe(definition.scope === 'partition');
    });

    it('expires by a whole number, if it expires', () => {
      const { ttl, attributes } = definition;
      if (ttl !== undefined) expect(attributes[ttl]).toMatchObject({ kind: 'integer' });
      expect(timeToLive(definition)?.AttributeName).toBe(ttl && storedName(ttl));
    });

    it('can be followed exactly if it is a tenant’s', () => {
      expect(isFollowed(definition)).toBe(definition.scope !== 'global');
    });

    it('was keyed by endpoint_id before, exactly if it is keyed by the partition', () => {
      if (definition.scope !== 'partition') {
        expect(() => legacyTableProperties(definition, naming)).toThrow(RangeError);
        return;
      }
      const [before, today] = [
        legacyTableProperties(definition, naming),
        tableProperties(definition, naming),
      ];
      expect(before.TableName).toBe(`aace-${definition.table}`);
      expect(before.TableName).not.toBe(today.TableName);
      expect(JSON.stringify(before).replaceAll('endpoint_id', 'partition_key')).toBe(
        JSON.stringify({ ...today, TableName: before.TableName }),
      );
    });

    it('has attribute names whose stored form is their own', () => {
      for (const name of Object.keys(definition.attributes)) {
        expect(storedName(name).replace(/_(.)/g, (_, letter: string) => capitalized(letter))).toBe(name);
      }
    });
  },
);

describe.each(internalEntities.map((definition) => [definition.name, definition] as const))(
  'internal %s',
  (_name, definition) => {
    it('keeps its table when tenant tables are copied', () => {
      expect(tableName(definition, naming)).toBe(`aace-${definition.table}`);
    });

    it('bounds its list by the range that lists it', () => {
      const { list, indexes, key } = definition;
      if (list.between) expect(indexes[list.index ?? '']?.range ?? key.range).toBe(list.between);
    });

    it('expires by a whole number, if it expires', () => {
      const { ttl, attributes } = definition;
      if (ttl !== undefined) expect(attributes[ttl]).toMatchObject({ kind: 'integer' });
    });
  },
);

it('shares no table name with what the engine keeps for itself', () => {
  const names = [
    ...entities.map((definition) => tableName(definition, { ...naming, tenantTableSuffix: '' })),
    ...operationalTables(naming).map(({ properties }) => properties.TableName),
  ];
  expect(new Set(names).size).toBe(names.length);
});
