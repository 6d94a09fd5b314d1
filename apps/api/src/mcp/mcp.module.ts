import { Module } from '@nestjs/common';
import { McpToolLists } from './mcp-tool-lists.ts';

@Module({ providers: [McpToolLists], exports: [McpToolLists] })
export class McpModule {}
