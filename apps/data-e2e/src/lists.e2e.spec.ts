import type { Agent } from '@agent-engine/entities';
import { everyone, newUuid } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import { dataFixture, type DataFixture } from './database.fixture.ts';

let data: DataFixture;
const partition = Partition.of('gpt', 'lists');
const agents: Agent[] = [];

beforeAll(async () => {
  data = await dataFixture();
  for (let i = 0; i < 450; i++) {
    agents.push(
      await data.models.agent.create(partition, {
        agentName: `agent ${i}`,
        llmProvider: i % 2 ? 'odd' : 'even',
        llmName: 'n',
        configuration: { model: i % 100 === 0 ? 'rare' : 'common' },
        updatedBy: 'x',
      }),
    );
  }
}, 60_000);

const list = (args: object) => data.models.agent.list(partition, { ...args });
const names = ({ items }: { items: Agent[] }) => items.map(({ agentName }) => agentName);
const newestFirst = (test: (i: number) => boolean) =>
  Array.from({ length: 450 }, (_, i) => 449 - i)
    .filter(test)
    .map((i) => `agent ${i}`);

describe('lists', () => {
  it('fill their pages although most rows do not match', async () => {
    expect(names(await list({ model: 'rare', limit: 3 }))).toEqual(['agent 400', 'agent 300', 'agent 200']);
    expect(names(await list({ model: 'rare', limit: 3, pageNumber: 2 }))).toEqual(['agent 100', 'agent 0']);
  });

  it.each([1, 7, 100, 333])(
    'give every matching row exactly once, by cursor and by number, %i at a time',
    async (limit) => {
      const wanted = newestFirst((i) => i % 2 === 1);
      const byCursor: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < (limit === 1 ? 10 : 1000); page++) {
        const found = await list({ llmProvider: 'odd', limit, cursor });
        byCursor.push(...names(found));
        cursor = found.nextCursor;
        if (!cursor) break;
      }
      expect(byCursor).toEqual(wanted.slice(0, byCursor.length));
      if (limit > 1) expect(byCursor).toHaveLength(wanted.length);
      const pageNumber = Math.max(2, Math.floor(wanted.length / limit / 2));
      expect(names(await list({ llmProvider: 'odd', limit, pageNumber }))).toEqual(
        wanted.slice((pageNumber - 1) * limit, pageNumber * limit),
      );
    },
  );

  it('transfer no rows to reach a page by number', async () => {
    data.calls();
    expect(names(await list({ limit: 10, pageNumber: 40 }))).toEqual(newestFirst(() => true).slice(390, 400));
    expect(data.calls()).toEqual(['Query', 'Query']);
  });

  it('are bounded by time: one bound excludes it, two include both', async () => {
    const at = (i: number) => String(agents[i]?.updatedAt);
    expect(names(await list({ updatedAtGt: at(446) }))).toEqual(['agent 449', 'agent 448', 'agent 447']);
    expect(names(await list({ updatedAtLt: at(2) }))).toEqual(['agent 1', 'agent 0']);
    expect(names(await list({ updatedAtGt: at(10), updatedAtLt: at(12) }))).toEqual([
      'agent 12',
      'agent 11',
      'agent 10',
    ]);
    const { agentUuid } = agents[11] ?? {};
    expect(names(await list({ agentUuid, updatedAtGt: at(10), updatedAtLt: at(12) }))).toEqual(['agent 11']);
    expect(names(await list({ agentUuid }))).toEqual(['agent 11']);
  });

  it('treat quotes, expression syntax and wildcards in arguments as text', async () => {
    for (const agentName of ['" OR 1=1', ':v0', '#n0', '%', '*', 'agent 1) OR (']) {
      expect((await list({ agentName })).items).toEqual([]);
    }
  });

  it('read a global table by provider, or whole', async () => {
    for (const [llmProvider, llmName] of [
      ['a', '1'],
      ['a', '2'],
      ['b', '1'],
    ]) {
      await data.models.llm.save(everyone, {
        llmProvider,
        llmName,
        moduleName: 'm',
        className: 'c',
        updatedBy: 'x',
      });
    }
    data.calls();
    expect((await data.models.llm.list(everyone, { llmProvider: 'a' })).items).toHaveLength(2);
    expect((await data.models.llm.list(everyone, {})).items).toHaveLength(3);
    expect(data.calls()).toEqual(['Query', 'Scan']);
  });

  it('read many rows by key in batches of 100, each once, in the order asked', async () => {
    const asked = [...agents.slice(0, 250), ...agents.slice(0, 10)].map(
      ({ agentVersionUuid }) => agentVersionUuid,
    );
    const missing = newUuid();
    data.calls();
    const found = await data.models.agent.getMany(
      [...asked, missing].map((agentVersionUuid) => ({ scope: partition, key: { agentVersionUuid } })),
    );
    expect(found.map((agent) => agent?.agentVersionUuid)).toEqual([...asked, undefined]);
    expect(data.calls()).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
  });
});
