import { stages } from '../stages/stages.ts';
import type { Stage } from '../stages/stage.ts';
import { assertTablesKept, deployedTables, tablesOf } from './deployed-tables.ts';
import { assertNoTableReplaced, type FrozenTable, type FrozenTables } from './frozen-tables.ts';

const prod = stages.find(({ name }) => name === 'prod') as Stage;

it.each(stages.map((stage) => [stage.name, stage] as const))(
  'deployed-tables.json holds exactly the tables of %s (new ones: nx run infra:record-tables)',
  (name, stage) => {
    expect(deployedTables()[name]).toEqual(tablesOf(stage));
  },
);

describe('a table that is deployed', () => {
  const deployed = tablesOf(prod);
  const changed = (change: (table: FrozenTable) => Partial<FrozenTable>): FrozenTables => {
    const table = deployed.AgentTable as FrozenTable;
    return { ...deployed, AgentTable: { ...table, ...change(table) } };
  };
  const keyOf = (name: string) => [{ AttributeName: name, KeyType: 'HASH' as const }];
  const index = (table: FrozenTable, position: number) => {
    const found = table.LocalSecondaryIndexes?.[position];
    if (!found) throw new Error('There is no such index.');
    return found;
  };

  it.each<[string, FrozenTables, RegExp]>([
    ['a new name', changed(() => ({ TableName: 'aace-agents-v2' })), /name would become aace-agents-v2/],
    ['another key', changed(() => ({ KeySchema: keyOf('agent_uuid') })), /key would change/],
    [
      'one more local index',
      changed((table) => ({
        LocalSecondaryIndexes: [
          ...(table.LocalSecondaryIndexes ?? []),
          { ...index(table, 0), IndexName: 'status-index' },
        ],
      })),
      /local indexes would change from agent_uuid-index, updated_at-index to .*status-index/,
    ],
    ['no local index', changed(() => ({ LocalSecondaryIndexes: undefined })), /local indexes would change/],
    [
      'a local index by another key',
      changed((table) => ({
        LocalSecondaryIndexes: [{ ...index(table, 0), KeySchema: keyOf('status') }, index(table, 1)],
      })),
      /local indexes would change/,
    ],
    [
      'local indexes in another order',
      changed((table) => ({ LocalSecondaryIndexes: [index(table, 1), index(table, 0)] })),
      /local indexes would change/,
    ],
    [
      'a key attribute of another type',
      changed((table) => ({
        AttributeDefinitions: table.AttributeDefinitions.map(({ AttributeName }) => ({
          AttributeName,
          AttributeType: 'N' as const,
        })),
      })),
      /type of its attribute partition_key would change/,
    ],
    [
      'another logical id',
      Object.fromEntries(
        Object.entries(deployed).map(([id, table]) => [id === 'AgentTable' ? 'AgentsTable' : id, table]),
      ),
      /aace-agents-pk \(AgentTable\).*its resource is gone/,
    ],
  ])('is not replaced by one with %s', (_what, next, why) => {
    let message = '';
    try {
      assertNoTableReplaced('prod', deployed, next);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(why);
    expect(message).toMatch(/^Stage prod: table aace-agents-pk .* replaced by an empty one, because .*\.$/);
    expect(message).not.toContain('\n');
  });

  it('may get attributes for a new global index, and other tables beside it', () => {
    const next = changed((table) => ({
      AttributeDefinitions: [
        ...table.AttributeDefinitions,
        { AttributeName: 'llm_name', AttributeType: 'S' },
      ],
    }));
    const more = { ...next, NewTable: deployed.LlmTable as FrozenTable };
    expect(() => assertNoTableReplaced('prod', deployed, more)).not.toThrow();
  });

  it('is refused under another suffix or prefix of its stage', () => {
    const renamed = { ...prod, tables: { ...prod.tables, tenantTableSuffix: '-v2' } };
    expect(() => assertTablesKept(renamed)).toThrow(/AgentTable.*its name would become aace-agents-v2/);
    const moved = { ...prod, tables: { ...prod.tables, tablePrefix: 'ae-' } };
    expect(() => assertTablesKept(moved)).toThrow(/its name would become ae-llms/);
  });

  it('of before partitions may be let go when the migration is over, and not before', () => {
    const without = { ...prod, tables: { ...prod.tables, legacy: false } };
    expect(() => assertTablesKept(without)).toThrow(/AgentLegacyTable.*its resource is gone/);
    expect(() => assertTablesKept({ ...without, migration: undefined })).not.toThrow();
  });
});
