import { PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Agent } from '@agent-engine/entities';
import { acme, dataFixture, type DataFixture, globex } from './database.fixture.ts';

let data: DataFixture;
beforeAll(async () => {
  data = await dataFixture();
});

const base = { agentName: 'Support', llmProvider: 'openai', llmName: 'gpt', updatedBy: 'test' };
const create = (values = {}) => data.models.agent.save(acme, { ...base, ...values });
const versionsOf = async ({ agentUuid }: Agent) =>
  (await data.models.agent.list(acme, { agentUuid, limit: 1000 })).items;
const activeOf = async (agent: Agent) =>
  (await versionsOf(agent)).filter(({ status }) => status === 'active');
const keyOf = ({ agentVersionUuid }: Agent) => ({ agentVersionUuid });

describe('versions of an agent', () => {
  it('starts a family, always active', async () => {
    const agent = await create({ status: 'inactive' });
    expect(agent).toMatchObject({
      status: 'active',
      agentUuid: expect.stringMatching(/^agent-\d{10}-[0-9a-f]{8}$/),
    });
    expect(await data.models.agent.active(acme, agent.agentUuid)).toEqual(agent);
  });

  it('makes a new active version from the active one, in one transaction', async () => {
    const first = await create({
      instructions: 'Be kind.',
      configuration: { model: 'm', nested: { a: {} } },
    });
    data.calls();
    const second = await data.models.agent.save(acme, {
      agentUuid: first.agentUuid,
      agentName: 'Support 2',
      updatedBy: 'x',
    });
    expect(data.calls()).toEqual(['Query', 'TransactWriteItems']);
    expect(second).toMatchObject({
      agentName: 'Support 2',
      instructions: 'Be kind.',
      configuration: first.configuration,
    });
    expect(second.agentVersionUuid).not.toBe(first.agentVersionUuid);
    const [former] = (await versionsOf(first)).filter(({ status }) => status === 'inactive');
    expect(former).toEqual({ ...first, status: 'inactive' });
  });

  it('takes an unknown or inactive family for a new one', async () => {
    const agent = await create({ agentUuid: 'agent-0-nobody' });
    expect(agent.agentUuid).not.toBe('agent-0-nobody');
    await data.models.agent.update(acme, keyOf(agent), { status: 'inactive' });
    expect((await create({ agentUuid: agent.agentUuid })).agentUuid).not.toBe(agent.agentUuid);
  });

  it('duplicates into a family of its own and leaves the original alone', async () => {
    const agent = await create();
    const copy = await data.models.agent.save(acme, {
      agentUuid: agent.agentUuid,
      duplicate: true,
      updatedBy: 'x',
    });
    expect(copy).toMatchObject({ agentName: 'Support (Copy)', status: 'active' });
    expect(copy.agentUuid).not.toBe(agent.agentUuid);
    expect(await activeOf(agent)).toEqual([agent]);
    const named = await data.models.agent.save(acme, {
      agentUuid: agent.agentUuid,
      duplicate: true,
      agentName: 'Mine',
      updatedBy: 'x',
    });
    expect(named.agentName).toBe('Mine');
  });

  it('activates an older version and inactivates the newer one together', async () => {
    const first = await create();
    const second = await data.models.agent.save(acme, { agentUuid: first.agentUuid, updatedBy: 'x' });
    const again = await data.models.agent.update(acme, keyOf(first), { status: 'active', updatedBy: 'y' });
    expect(again).toMatchObject({ ...keyOf(first), status: 'active', updatedBy: 'y' });
    expect((await activeOf(first)).map(keyOf)).toEqual([keyOf(first)]);
    expect((await data.models.agent.get(acme, keyOf(second)))?.status).toBe('inactive');
  });

  it('keeps attributes it does not know through inactivation', async () => {
    const first = await create();
    await data.client.send(
      new UpdateItemCommand({
        TableName: 'aace-agents',
        Key: { partition_key: { S: acme.key }, agent_version_uuid: { S: first.agentVersionUuid } },
        UpdateExpression: 'SET legacy_functions = :f',
        ExpressionAttributeValues: { ':f': { L: [{ S: 'old' }] } },
        ReturnValues: 'NONE',
      }),
    );
    await data.models.agent.save(acme, { agentUuid: first.agentUuid, updatedBy: 'x' });
    const { Items } = await data.client.send(
      new QueryCommand({
        TableName: 'aace-agents',
        KeyConditionExpression: 'partition_key = :p AND agent_version_uuid = :v',
        ExpressionAttributeValues: { ':p': { S: acme.key }, ':v': { S: first.agentVersionUuid } },
      }),
    );
    expect(Items?.[0]).toMatchObject({ legacy_functions: { L: [{ S: 'old' }] }, status: { S: 'inactive' } });
  });

  it('promotes the latest inactive version when the active one is deleted', async () => {
    const first = await create();
    const second = await data.models.agent.save(acme, { agentUuid: first.agentUuid, updatedBy: 'x' });
    const third = await data.models.agent.save(acme, { agentUuid: first.agentUuid, updatedBy: 'x' });
    await data.models.agent.delete(acme, keyOf(third));
    expect((await activeOf(first)).map(keyOf)).toEqual([keyOf(second)]);
    await data.models.agent.delete(acme, keyOf(first));
    await data.models.agent.delete(acme, keyOf(second));
    expect(await versionsOf(first)).toEqual([]);
  });

  it('counts a row whose status is NULL or missing as active, and can still replace it', async () => {
    for (const status of [{ NULL: true as const }, undefined]) {
      const agentUuid = `agent-1-${status ? 'null' : 'none'}`;
      await data.client.send(
        new PutItemCommand({
          TableName: 'aace-agents',
          Item: {
            partition_key: { S: acme.key },
            agent_version_uuid: { S: agentUuid },
            agent_uuid: { S: agentUuid },
            agent_name: { S: 'Old' },
            llm_provider: { S: 'p' },
            llm_name: { S: 'n' },
            updated_by: { S: 'x' },
            created_at: { S: '2025-01-01T00:00:00.000000+0000' },
            updated_at: { S: '2025-01-01T00:00:00.000000+0000' },
            ...(status && { status }),
          },
        }),
      );
      expect((await data.models.agent.active(acme, agentUuid))?.agentName).toBe('Old');
      const next = await data.models.agent.save(acme, { agentUuid, updatedBy: 'x' });
      expect(await activeOf(next)).toEqual([next]);
    }
  });

  it('is invisible to another partition, family and all', async () => {
    const agent = await create();
    expect(await data.models.agent.active(globex, agent.agentUuid)).toBeUndefined();
    const theirs = await data.models.agent.save(globex, { ...base, agentUuid: agent.agentUuid });
    expect(theirs.agentUuid).not.toBe(agent.agentUuid);
    expect(await activeOf(agent)).toEqual([agent]);
  });

  it('never has two active versions under 50 concurrent writers of every kind', async () => {
    const first = await create();
    const others = await Promise.all(
      Array.from({ length: 5 }, () =>
        data.models.agent.save(acme, { agentUuid: first.agentUuid, updatedBy: 'x' }),
      ),
    );
    expect(others).toHaveLength(5);
    const versions = await versionsOf(first);
    const writers = Array.from({ length: 50 }, (_, i) => {
      const version = versions[i % versions.length] ?? first;
      if (i % 5 === 0)
        return data.models.agent.save(acme, { ...base, agentUuid: first.agentUuid, agentName: `v${i}` });
      if (i % 5 === 1)
        return data.models.agent.update(acme, keyOf(version), { status: 'inactive', updatedBy: 'w' });
      return data.models.agent.update(acme, keyOf(version), { status: 'active', updatedBy: 'w' });
    });
    const results = await Promise.allSettled(writers);
    expect((await activeOf(first)).length).toBeLessThanOrEqual(1);
    const failures = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => reason as { code: string });
    expect(failures.filter(({ code }) => code !== 'entity.conflict')).toEqual([]);
    await data.models.agent.update(acme, keyOf(first), { status: 'active', updatedBy: 'w' });
    expect((await activeOf(first)).map(keyOf)).toEqual([keyOf(first)]);
  }, 60_000);

  it('never has two active versions when a family without one is activated from many sides', async () => {
    const first = await create();
    await Promise.all(
      [1, 2, 3, 4].map(() => data.models.agent.save(acme, { agentUuid: first.agentUuid, updatedBy: 'x' })),
    );
    for (let round = 0; round < 5; round++) {
      const versions = await versionsOf(first);
      for (const version of versions.filter(({ status }) => status === 'active')) {
        await data.models.agent.update(acme, keyOf(version), { status: 'inactive' });
      }
      expect(await activeOf(first)).toEqual([]);
      await Promise.all(
        versions.map((version) => data.models.agent.update(acme, keyOf(version), { status: 'active' })),
      );
      expect(await activeOf(first)).toHaveLength(1);
    }
  }, 60_000);
});
