import { type PromptTemplate, promptTemplate } from '@agent-engine/entities';
import {
  CrudResolver,
  type GraphqlContext,
  JsonCamelCase,
  NULLABLE,
  objectType,
} from '@agent-engine/graphql';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { McpServerType } from './mcp-server.resolver.ts';
import { jsonRow, NOT_SHOWN } from './shared-fields.ts';

/** The stored references; what they refer to are fields of the full type. */
const REFERENCES = ['mcpServers', 'uiComponents'];
const shown = { hidden: [...REFERENCES, ...NOT_SHOWN], asOneJson: ['variables'] };

export const PromptTemplateType = objectType(promptTemplate, shown);
const PromptTemplateBaseType = objectType(promptTemplate, { ...shown, name: 'PromptTemplateBaseType' });

@Resolver(() => PromptTemplateType)
export class PromptTemplateResolver extends CrudResolver(promptTemplate, PromptTemplateType, {
  listItemType: PromptTemplateBaseType,
  required: ['promptType', 'promptName', 'templateContext'],
  extra: { duplicate: () => Boolean },
}) {
  @ResolveField(() => [McpServerType], NULLABLE)
  async mcpServers({ mcpServers }: PromptTemplate, _args: unknown, { loaders }: GraphqlContext) {
    const keys = mcpServers.flatMap((ref) => textsOf(ref, 'mcp_server_uuid'));
    const servers = await Promise.all(
      keys.map(([mcpServerUuid = '']) => loaders.mcpServer.load({ mcpServerUuid })),
    );
    return servers.filter((server) => server !== undefined);
  }

  @ResolveField(() => JsonCamelCase, { nullable: true })
  async uiComponents({ uiComponents }: PromptTemplate, _args: unknown, { loaders }: GraphqlContext) {
    const keys = uiComponents.flatMap((ref) => textsOf(ref, 'ui_component_type', 'ui_component_uuid'));
    const components = await Promise.all(
      keys.map(([uiComponentType = '', uiComponentUuid = '']) =>
        loaders.uiComponent.load({ uiComponentType, uiComponentUuid }),
      ),
    );
    return components.filter((component) => component !== undefined).map(jsonRow);
  }
}

/** The named texts of a reference, as one key; nothing if it lacks one. */
function textsOf(reference: unknown, ...names: string[]): string[][] {
  const values = names.map((name) => (reference as Record<string, unknown> | null)?.[name]);
  return values.every((value) => typeof value === 'string') ? [values] : [];
}
