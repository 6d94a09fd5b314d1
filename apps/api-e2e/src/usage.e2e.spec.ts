import { Partition } from '@agent-engine/partition';
import { ApiFixture, type Client } from './api.fixture.ts';

describe('usage over GraphQL', () => {
  let fixture: ApiFixture;
  let acme: Client;
  let globex: Client;

  beforeAll(async () => {
    fixture = await ApiFixture.start();
    acme = fixture.as('acme');
    globex = fixture.as('globex');
    const row = (part: string, day: string, run: string) => {
      const partition = Partition.of('gpt', part);
      return fixture.models.usage.create(partition, {
        partitionKey: partition.key,
        usageKey: `${day}#thread#${run}`,
        day,
        threadUuid: 'thread',
        runUuid: run,
        agentUuid: run === 'r3' ? 'other' : 'agent',
        status: 'completed',
        steps: 2,
        promptTokens: 10,
        totalTokens: 12,
      });
    };
    await row('acme', '2026-01-30', 'r0');
    for (const run of ['r1', 'r2', 'r3']) await row('acme', '2026-01-31', run);
    await row('acme', '2026-02-01', 'r4');
    await row('globex', '2026-01-31', 'foreign');
  });
  afterAll(() => fixture.stop());

  const LIST = `query ($dayFrom: String!, $dayTo: String, $agentUuid: String, $limit: Int, $cursor: String) {
    usageList(dayFrom: $dayFrom, dayTo: $dayTo, agentUuid: $agentUuid, limit: $limit, cursor: $cursor) {
      total nextCursor usageList { day runUuid status steps promptTokens totalTokens estimated userId }
    }
  }`;
  const runs = async (client: Client, variables: Record<string, unknown>) => {
    const { data } = await client(LIST, variables);
    const { usageList } = data.usageList as { usageList: { runUuid: string }[] };
    return usageList.map(({ runUuid }) => runUuid);
  };

  it('has the runs of a day, of some days, of an agent, and only the caller’s', async () => {
    const { data } = await acme(LIST, { dayFrom: '2026-01-31' });
    expect(data.usageList.total).toBe(3);
    expect(data.usageList.usageList[0]).toEqual({
      day: '2026-01-31',
      runUuid: 'r1',
      status: 'completed',
      steps: 2,
      promptTokens: 10,
      totalTokens: 12,
      estimated: false,
      userId: null,
    });
    expect(await runs(acme, { dayFrom: '2026-01-30', dayTo: '2026-02-01' })).toHaveLength(5);
    expect(await runs(acme, { dayFrom: '2026-01-31', agentUuid: 'other' })).toEqual(['r3']);
    expect(await runs(globex, { dayFrom: '2026-01-01', dayTo: '2026-12-31' })).toEqual(['foreign']);
  });

  it('comes in pages', async () => {
    const first = await acme(LIST, { dayFrom: '2026-01-31', limit: 2 });
    const cursor = first.data.usageList.nextCursor as string;
    expect(await runs(acme, { dayFrom: '2026-01-31', limit: 2, cursor })).toEqual(['r3']);
  });

  it.each(['today', '2026-13-01', '2026-1-1', ''])('does not take %j for a day', async (dayFrom) => {
    const { errors } = await acme(LIST, { dayFrom });
    expect(errors?.[0]?.extensions.code).toBe('argument.invalid');
  });
});
