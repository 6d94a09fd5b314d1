import {
  type Agent,
  agent,
  type flowSnippet,
  type mcpServer,
  type promptTemplate,
} from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { Partition } from '@agent-engine/partition';
import { composedInstructions } from './prompt-composition.ts';
import type { Repository, Storage } from './repository.ts';
import type { Values } from './values.ts';
import { VersionedRepository } from './versioned.repository.ts';

export interface PromptParts {
  flowSnippet: VersionedRepository<typeof flowSnippet>;
  promptTemplate: VersionedRepository<typeof promptTemplate>;
  mcpServer: Repository<typeof mcpServer>;
}

/** Agents whose new versions get their instructions and tools from a flow and its prompt template, if they name one. */
export class AgentRepository extends VersionedRepository<typeof agent> {
  private readonly parts: PromptParts;

  constructor(storage: Storage, parts: PromptParts) {
    super(agent, storage);
    this.parts = parts;
  }

  protected override async contents(
    partition: Partition,
    changes: Values,
    current: Agent | undefined,
  ): Promise<Values> {
    const { flowSnippetVersionUuid } = changes;
    if (typeof flowSnippetVersionUuid !== 'string' || flowSnippetVersionUuid === '') return changes;
    const snippet = await this.parts.flowSnippet.get(partition, { flowSnippetVersionUuid });
    if (!snippet) {
      throw new AppError('entity.notFound', 'There is no such flowSnippet.', {
        details: { argument: 'flowSnippetVersionUuid' },
      });
    }
    const template = await this.parts.promptTemplate.active(partition, snippet.promptUuid);
    if (!template) return changes;
    const variables = (changes.variables ?? current?.variables ?? []) as Agent['variables'];
    const configuration = (changes.configuration ?? current?.configuration ?? {}) as Agent['configuration'];
    return {
      ...changes,
      instructions: composedInstructions(template, snippet, variables),
      mcpServerUuids: await this.existingServers(partition, template.mcpServers),
      ...(snippet.enabledTools && {
        configuration: { ...configuration, enabled_tools: snippet.enabledTools },
      }),
    };
  }

  private async existingServers(partition: Partition, references: readonly unknown[]): Promise<string[]> {
    const uuids = references
      .map((reference) => (reference as Record<string, unknown> | null)?.mcp_server_uuid)
      .filter((uuid) => typeof uuid === 'string');
    const servers = await this.parts.mcpServer.getMany(
      uuids.map((mcpServerUuid) => ({ scope: partition, key: { mcpServerUuid } })),
    );
    return servers.flatMap((server) => (server ? [server.mcpServerUuid] : []));
  }
}
