import { Module } from '@nestjs/common';
import { AgentResolver } from './agent.resolver.ts';
import { AsyncTaskResolver } from './async-task.resolver.ts';
import { LlmResolver } from './llm.resolver.ts';
import { McpServerResolver } from './mcp-server.resolver.ts';
import { MessageResolver } from './message.resolver.ts';
import { RunResolver } from './run.resolver.ts';
import { ThreadResolver } from './thread.resolver.ts';
import { ToolCallResolver } from './tool-call.resolver.ts';

@Module({
  providers: [
    AgentResolver,
    AsyncTaskResolver,
    LlmResolver,
    McpServerResolver,
    MessageResolver,
    RunResolver,
    ThreadResolver,
    ToolCallResolver,
  ],
})
export class EntitiesModule {}
