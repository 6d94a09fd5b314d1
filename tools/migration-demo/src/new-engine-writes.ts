import { legacyTenantMapping, legacyTenants, mapLegacyKey } from '@agent-engine/fault-bed';
import type { EngineApi } from './engine-api.ts';
import { DemoProblem } from './demo-problem.ts';

const SAVE = `mutation ($uuid: String, $title: String!) {
  insertUpdateElement(elementUuid: $uuid, attributeName: "favourite_colour", attributeType: "text", dataType: "text", elementTitle: $title, updatedBy: "demo") {
    element { elementUuid partitionKey }
  }
}`;
const REMOVE = `mutation ($uuid: String!) { deleteElement(elementUuid: $uuid) { ok } }`;
const COUNT = `{ elementList { total } }`;

interface Saved {
  insertUpdateElement: { element: { elementUuid: string; partitionKey: string } };
}

const partitions = legacyTenants.map((tenant) => {
  const partition = mapLegacyKey(legacyTenantMapping, tenant);
  if (!partition) throw new Error(`The demo's mapping has no partition for ${tenant}.`);
  return { tenant, ...partition };
});

/** What the tenants of the older engine find in today's: their own rows, under their partition. */
export async function tenantsSee(
  api: EngineApi,
): Promise<{ partition_key: string; tenant: string; total: number }[]> {
  return Promise.all(
    partitions.map(async ({ tenant, partition_key, ...partition }) => {
      const { elementList } = await api.ask<{ elementList: { total: number } }>(partition, COUNT);
      return { tenant, partition_key, total: elementList.total };
    }),
  );
}

/** Rows that are made, changed and deleted by every tenant. @returns how many writes, and the ids that remain */
export async function writeThrough(
  api: EngineApi,
  rounds: number,
): Promise<{ writes: number; kept: string[] }> {
  let writes = 0;
  const kept: string[] = [];
  for (const { tenant: _tenant, partition_key, ...partition } of partitions) {
    for (let round = 0; round < rounds; round++) {
      const { element } = (await api.ask<Saved>(partition, SAVE, { title: 'Colour' })).insertUpdateElement;
      if (element.partitionKey !== partition_key)
        throw new DemoProblem(`The API wrote to ${element.partitionKey} for ${partition_key}.`);
      await api.ask(partition, SAVE, { uuid: element.elementUuid, title: `Colour, round ${round}` });
      writes += 2;
      if (round % 3 === 2) {
        await api.ask(partition, REMOVE, { uuid: element.elementUuid });
        writes += 1;
      } else kept.push(element.elementUuid);
    }
  }
  return { writes, kept };
}

export const firstPartition = { ...partitions[0]! };
export const SAVE_ELEMENT = SAVE;
