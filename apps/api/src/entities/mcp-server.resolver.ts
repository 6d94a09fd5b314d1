import { mcpServer } from '@agent-engine/entities';
import { CrudResolver, objectType } from '@agent-engine/graphql';
import { Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';

export const McpServerType = objectType(mcpServer, { hidden: NOT_SHOWN });

@Resolver(() => McpServerType)
export class McpServerResolver extends CrudResolver(mcpServer, McpServerType, {
  required: ['mcpLabel', 'mcpServerUrl'],
}) {}
