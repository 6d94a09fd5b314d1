import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type BackfillRule, type Item, partitionOf } from '@agent-engine/migration-core';
import { LRUCache } from 'lru-cache';
import { patiently } from '../database/call.ts';
import type { Migration } from '../world/migration.ts';
import { LEGACY_HASH, type MovingTable } from '../world/moving-table.ts';

/** What says whose a row is: the row that owns it, nothing where none is needed, or why nobody can say. */
export type Owner = { owner: Item } | { none: true } | { refused: string };

export const ruleOf = (table: string): BackfillRule => {
  if (table === 'messages' || table === 'tool_calls') return 'owner';
  return table === 'fine_tuning_messages' ? 'checked' : 'row';
};

const REMEMBERED = 10_000;

/**
 * Finds the owner of a row that is not keyed by its tenant. Runs and tasks say themselves whose they are; messages and
 * tool calls belong to their thread, of which its runs know; of training messages the agent has to agree.
 */
export class OwnerOfRow {
  private readonly migration: Migration;
  private readonly moving: MovingTable;
  private readonly known = new LRUCache<string, Owner>({ max: REMEMBERED });

  constructor(migration: Migration, moving: MovingTable) {
    this.migration = migration;
    this.moving = moving;
  }

  async of(row: Item): Promise<Owner> {
    switch (ruleOf(this.moving.table)) {
      case 'row':
        return { none: true };
      case 'owner':
        return this.remembered(row.thread_uuid?.S, (thread) => this.ofThread(thread));
      case 'checked': {
        const own = row[LEGACY_HASH]?.S;
        if (own === undefined) return { none: true };
        const agent = row.agent_uuid?.S ?? '';
        return this.remembered(JSON.stringify([own, agent]), () => this.ofAgent(own, agent));
      }
    }
  }

  private async remembered(key: string | undefined, find: (key: string) => Promise<Owner>): Promise<Owner> {
    if (key === undefined) return { refused: 'The row does not say what it belongs to.' };
    const known = this.known.get(key);
    if (known) return known;
    const found = await find(key);
    // An owner that is missing now may be there with the next event.
    if ('owner' in found) this.known.set(key, found);
    return found;
  }

  private async ofThread(thread: string): Promise<Owner> {
    const runs = await this.runsOf(thread);
    const candidates = runs.length > 0 ? runs : (await this.threadOwners(thread)).map(ownedBy);
    const partitions = new Map<string, Item>();
    for (const candidate of candidates) {
      const of = partitionOf(candidate, this.migration.mapping);
      partitions.set('partition' in of ? of.partition.key : of.refused, candidate);
    }
    const [only, ...others] = partitions.values();
    if (only === undefined) return { refused: `No thread and no run is stored under ${thread}.` };
    if (others.length > 0)
      return {
        refused: `The thread ${thread} is in several partitions: ${[...partitions.keys()].join(' | ')}`,
      };
    return { owner: only };
  }

  private async runsOf(thread: string): Promise<Item[]> {
    const { Items = [] } = await patiently(() =>
      this.migration.source.client.send(
        new QueryCommand({
          TableName: nameOf(this.migration, 'runs'),
          KeyConditionExpression: 'thread_uuid = :thread',
          ExpressionAttributeValues: { ':thread': { S: thread } },
          ProjectionExpression: 'endpoint_id, partition_key, part_id',
          ConsistentRead: true,
          Limit: 100,
        }),
      ),
    );
    return Items.filter((run) => run.endpoint_id !== undefined || run.partition_key !== undefined);
  }

  /** Asks for the thread under every legacy key there is. */
  private async threadOwners(thread: string): Promise<string[]> {
    const owners: string[] = [];
    const keys = await this.migration.legacyKeys();
    for (let start = 0; start < keys.length; start += 100) {
      let open: Item[] = keys
        .slice(start, start + 100)
        .map((key) => ({ [LEGACY_HASH]: { S: key }, thread_uuid: { S: thread } }));
      const name = nameOf(this.migration, 'threads');
      while (open.length > 0) {
        const asked = open;
        const { Responses, UnprocessedKeys } = await patiently(() =>
          this.migration.source.client.send(
            new BatchGetItemCommand({
              RequestItems: {
                [name]: { Keys: asked, ProjectionExpression: LEGACY_HASH, ConsistentRead: true },
              },
            }),
          ),
        );
        owners.push(...(Responses?.[name] ?? []).flatMap((found) => found[LEGACY_HASH]?.S ?? []));
        open = UnprocessedKeys?.[name]?.Keys ?? [];
      }
    }
    return owners;
  }

  /** An agent of the same tenant confirms the row; one of another contradicts it; none says nothing. */
  private async ofAgent(own: string, agent: string): Promise<Owner> {
    if (await this.hasAgent(own, agent)) return { owner: ownedBy(own) };
    for (const key of await this.migration.legacyKeys()) {
      if (key !== own && (await this.hasAgent(key, agent))) return { owner: ownedBy(key) };
    }
    return { none: true };
  }

  private async hasAgent(legacyKey: string, agent: string): Promise<boolean> {
    const { Count = 0 } = await patiently(() =>
      this.migration.source.client.send(
        new QueryCommand({
          TableName: nameOf(this.migration, 'agents'),
          IndexName: 'agent_uuid-index',
          KeyConditionExpression: 'endpoint_id = :key AND agent_uuid = :agent',
          ExpressionAttributeValues: { ':key': { S: legacyKey }, ':agent': { S: agent } },
          Limit: 1,
          Select: 'COUNT',
          ConsistentRead: true,
        }),
      ),
    );
    return Count > 0;
  }
}

const ownedBy = (legacyKey: string): Item => ({ [LEGACY_HASH]: { S: legacyKey } });

/** Owners are looked up in tables the configuration may not have chosen to move. */
const nameOf = ({ config }: Migration, table: string) => `${config.source.tablePrefix}${table}`;
