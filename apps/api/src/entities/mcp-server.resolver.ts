import { type McpServer, mcpServer } from '@agent-engine/entities';
import {
  CrudResolver,
  type GraphqlContext,
  JsonCamelCase,
  NULLABLE,
  objectType,
} from '@agent-engine/graphql';
import type { Partition } from '@agent-engine/partition';
import { Inject } from '@nestjs/common';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { McpToolLists } from '../mcp/mcp-tool-lists.ts';
import { NOT_SHOWN } from './shared-fields.ts';

export const McpServerType = objectType(mcpServer, { hidden: NOT_SHOWN });

@Resolver(() => McpServerType)
export class McpServerResolver extends CrudResolver(mcpServer, McpServerType, {
  required: ['mcpLabel', 'mcpServerUrl'],
}) {
  @Inject(McpToolLists) private readonly toolLists!: McpToolLists;

  override afterWrite(partition: Partition, server: McpServer): void {
    this.toolLists.forget(partition, server);
  }

  @ResolveField(() => [JsonCamelCase], NULLABLE)
  tools(server: McpServer, _args: unknown, { partition }: GraphqlContext) {
    return this.toolLists.of(partition, server);
  }
}
