import {
  agent,
  type EntityDefinition,
  flowSnippet,
  llm,
  mcpServer,
  promptTemplate,
  uiComponent,
  wizardSchema,
} from '@agent-engine/entities';

/** What a seed file can hold of one entity. */
export interface Kind {
  definition: EntityDefinition;
  /** The attribute by which a row without id is found again. Absent: the key says it all. */
  name?: string;
  /** Fields that name other rows of the file or the database, and the attributes their ids go to. */
  references?: Readonly<Record<string, Reference>>;
  /** Fields that a row cannot have beside the first one, which decides them. */
  excludes?: Readonly<Record<string, readonly string[]>>;
  /** What is to be stored, where the engine adds to what the file says. */
  merged?: (wanted: Row, stored: Row) => Row;
}

export interface Reference {
  /** The section of the other rows. */
  to: string;
  attribute: string;
  /** What of the other row is stored: one value, or with `many` a list of such. */
  stored: (row: Row) => unknown;
  many?: true;
}

export type Row = Readonly<Record<string, unknown>>;

/** Rows that all tenants share, in the order they are written: what is referred to comes first. */
export const sharedKinds = {
  llms: { definition: llm },
  uiComponents: { definition: uiComponent, name: 'tagName' },
  wizardSchemas: { definition: wizardSchema },
} satisfies Record<string, Kind>;

/** Rows of one tenant, in the order they are written. */
export const tenantKinds = {
  mcpServers: { definition: mcpServer, name: 'mcpLabel' },
  promptTemplates: {
    definition: promptTemplate,
    name: 'promptName',
    references: {
      mcpServers: {
        to: 'mcpServers',
        attribute: 'mcpServers',
        stored: ({ mcpServerUuid }: Row) => ({ mcp_server_uuid: mcpServerUuid }),
        many: true,
      },
      uiComponents: {
        to: 'uiComponents',
        attribute: 'uiComponents',
        stored: ({ uiComponentType, uiComponentUuid }: Row) => ({
          ui_component_type: uiComponentType,
          ui_component_uuid: uiComponentUuid,
        }),
        many: true,
      },
    },
  },
  flowSnippets: {
    definition: flowSnippet,
    name: 'flowName',
    references: {
      promptTemplate: {
        to: 'promptTemplates',
        attribute: 'promptUuid',
        stored: ({ promptUuid }: Row) => promptUuid,
      },
    },
  },
  agents: {
    definition: agent,
    name: 'agentName',
    references: {
      mcpServers: {
        to: 'mcpServers',
        attribute: 'mcpServerUuids',
        stored: ({ mcpServerUuid }: Row) => mcpServerUuid,
        many: true,
      },
      flowSnippet: {
        to: 'flowSnippets',
        attribute: 'flowSnippetVersionUuid',
        stored: ({ flowSnippetVersionUuid }: Row) => flowSnippetVersionUuid,
      },
    },
    excludes: { flowSnippet: ['agentUuid', 'instructions', 'mcpServers'] },
    merged: withToolsOfFlow,
  },
} satisfies Record<string, Kind>;

/** An agent made of a flow has the tools that the flow enables among its settings. */
function withToolsOfFlow(wanted: Row, stored: Row): Row {
  const { enabled_tools } = stored.configuration as Row;
  if (!wanted.flowSnippetVersionUuid || !wanted.configuration || !enabled_tools) return wanted;
  return { ...wanted, configuration: { enabled_tools, ...wanted.configuration } };
}
