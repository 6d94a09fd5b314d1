import { type Agent, type FlowSnippet, flowSnippet } from '@agent-engine/entities';
import type { Partition } from '@agent-engine/partition';
import type { AgentRepository } from './agent.repository.ts';
import type { Page } from './list-arguments.ts';
import type { Storage } from './repository.ts';
import type { Values } from './values.ts';
import { VersionedRepository } from './versioned.repository.ts';

/**
 * Flows that take their agents along: when a version supersedes another, every active agent on the old one gets a new
 * version on the new one. The old row names its successor until all have followed, so that an interrupted move is
 * finished by the next save.
 */
export class FlowSnippetRepository extends VersionedRepository<typeof flowSnippet> {
  private readonly agents: () => AgentRepository;

  /** @param agents agents are made of flows, and follow them: each repository needs the other */
  constructor(storage: Storage, agents: () => AgentRepository) {
    super(flowSnippet, storage);
    this.agents = agents;
  }

  override async save(partition: Partition, values: Values): Promise<FlowSnippet> {
    const saved = await super.save(partition, values);
    const isNewVersion =
      values.flowSnippetVersionUuid == null && values.flowSnippetUuid === saved.flowSnippetUuid;
    if (isNewVersion) await this.takeAgentsAlong(partition, saved.flowSnippetUuid);
    return saved;
  }

  protected override superseding(next: Values): Values {
    return { supersededBy: next.flowSnippetVersionUuid };
  }

  /** Oldest move first: an agent left on the first of three versions goes by way of the second. */
  private async takeAgentsAlong(partition: Partition, flowSnippetUuid: string): Promise<void> {
    const versions = await this.versions(partition, flowSnippetUuid);
    const moving = versions.filter(({ supersededBy }) => supersededBy !== null);
    for (const version of moving.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))) {
      await this.moveAgents(partition, version);
      await this.mark(partition, version, { supersededBy: null });
    }
  }

  private async moveAgents(partition: Partition, from: FlowSnippet): Promise<void> {
    let cursor: string | undefined;
    do {
      const page: Page<Agent> = await this.agents().list(partition, {
        flowSnippetVersionUuid: from.flowSnippetVersionUuid,
        statuses: ['active'],
        cursor,
      });
      for (const { agentUuid, updatedBy } of page.items) {
        await this.agents().save(partition, {
          agentUuid,
          flowSnippetVersionUuid: from.supersededBy,
          updatedBy,
        });
      }
      cursor = page.nextCursor;
    } while (cursor);
  }
}
