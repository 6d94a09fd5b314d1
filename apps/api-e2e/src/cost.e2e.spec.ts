import { capitalized, entities, tableName } from '@agent-engine/entities';
import type { Values } from '@agent-engine/models';
import { ApiFixture, type Client } from './api.fixture.ts';
import { generatedOperations, type GeneratedOperation } from './generated-documents.fixture.ts';
import { hundredRows } from './hundred-rows.fixture.ts';

let api: ApiFixture;
let client: Client;
let operations: Map<string, GeneratedOperation>;
let keys: Record<string, Values>;
beforeAll(async () => {
  api = await ApiFixture.start();
  client = api.withKey('hundred');
  operations = new Map((await generatedOperations(client)).map((operation) => [operation.name, operation]));
  keys = await hundredRows(api.models, 'hundred');
}, 120_000);
afterAll(() => api.stop());

/** Runs the operation with all its fields selected, as deep as they go. */
async function costOf(name: string, variables: Values) {
  api.databaseCallsByTable();
  const { data, errors } = await client(operations.get(name)?.document ?? '', variables);
  expect([name, errors]).toEqual([name, undefined]);
  return { answer: data[name], calls: api.databaseCallsByTable() };
}

/** What an agent costs: a table each, and the active templates of the two prompts that all flows share. */
const agents = (prompts: number, serverRelations: number) => ({
  'BatchGetItem llms': 1,
  'BatchGetItem mcp_servers': serverRelations,
  'BatchGetItem flow_snippets': 1,
  'Query prompt_templates': prompts,
  'BatchGetItem ui_components': 1,
});
const oneThread = { 'Query agents': 1, 'BatchGetItem threads': 1, ...agents(1, 2) };
const wizards = { 'BatchGetItem wizard_schemas': 1, 'BatchGetItem elements': 1 };

/** Beyond the two queries of each list, for its page and its total. */
const relations: Record<string, Record<string, number>> = {
  agent: agents(2, 1),
  // By thread, or by the family of its agent: one query for each of the 100 different keys.
  thread: {
    'Query agents': 100,
    'Query messages': 100,
    'Query tool_calls': 100,
    'Query runs': 100,
    ...agents(2, 1),
  },
  // 100 rows of one thread: it, and its conversation, is read once.
  run: { 'Query messages': 1, 'Query tool_calls': 1, 'Query runs': 1, ...oneThread },
  message: {
    'BatchGetItem runs': 1,
    'Query messages': 1,
    'Query tool_calls': 1,
    'Query runs': 1,
    ...oneThread,
  },
  toolCall: {
    'BatchGetItem runs': 1,
    'Query messages': 1,
    'Query tool_calls': 1,
    'Query runs': 1,
    ...oneThread,
  },
  wizard: wizards,
  wizardGroup: { 'BatchGetItem wizards': 1, ...wizards },
  wizardGroupFilter: { 'BatchGetItem wizard_groups': 1, 'BatchGetItem wizards': 1, ...wizards },
};

describe.each(entities.map((definition) => [definition.name, definition] as const))(
  '%s',
  (name, definition) => {
    const table = tableName(definition, { tablePrefix: '', tenantTableSuffix: '' });

    it('lists 100 rows with every relation in one query, one batch per table and one query per key', async () => {
      const list = `${name}List`;
      const { answer, calls } = await costOf(list, { limit: 100, ...keys[list] });
      expect(answer).toMatchObject({ total: 100, pageNumber: 1, pageSize: 100 });
      expect(answer[list]).toHaveLength(100);
      const related = relations[name] ?? {};
      const queries = `Query ${table}`;
      expect(calls).toEqual({ ...related, [queries]: 2 + (related[queries] ?? 0) });
    });

    it('is read alone, with every relation, in one call of each kind per table', async () => {
      const list = `${name}List`;
      const { answer } = await costOf(list, { limit: 1, ...keys[list] });
      const [row] = answer[list];
      const wanted = operations
        .get(name)
        ?.variables.filter((variable) => variable.name !== definition.versioning?.family);
      const key = Object.fromEntries(wanted?.map((variable) => [variable.name, row[variable.name]]) ?? []);
      const { answer: read, calls } = await costOf(name, key);
      expect(read).toMatchObject(key);
      // An agent's servers and those of its flow's template are two relations to one table.
      const { 'BatchGetItem mcp_servers': servers = 0, ...others } = calls;
      expect(servers).toBeLessThanOrEqual(2);
      expect(Object.entries(others).filter(([, count]) => count > 1)).toEqual([]);
    });

    it('is never scanned by writes', async () => {
      const save = definition.insertOnly ? `insert${capitalized(name)}` : `insertUpdate${capitalized(name)}`;
      api.databaseCallsByTable();
      const variables = operations.get(save)?.variables ?? [];
      const texts = variables
        .filter(({ type }) => type.startsWith('String'))
        .map((variable) => variable.name);
      await client(operations.get(save)?.document ?? '', {
        ...Object.fromEntries(texts.map((text) => [text, 'x'])),
        ...keys[`${name}List`],
      });
      await client(operations.get(`delete${capitalized(name)}`)?.document ?? '', {
        ...Object.fromEntries(texts.map((text) => [text, 'x'])),
        ...keys[`${name}List`],
      });
      expect(Object.keys(api.databaseCallsByTable()).filter((call) => call.startsWith('Scan'))).toEqual([]);
    });
  },
);
