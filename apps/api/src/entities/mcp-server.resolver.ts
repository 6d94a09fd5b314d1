import { mcpServer } from '@agent-engine/entities';
import { CrudResolver, objectType } from '@agent-engine/graphql';
import { Resolver } from '@nestjs/graphql';

export const McpServerType = objectType(mcpServer, { hidden: ['updatedSubject'] });

@Resolver(() => McpServerType)
export class McpServerResolver extends CrudResolver(mcpServer, McpServerType, {
  required: ['mcpLabel', 'mcpServerUrl'],
}) {}
