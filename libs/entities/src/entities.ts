import { agent } from './agent.entity.ts';
import { asyncTask } from './async-task.entity.ts';
import type { EntityDefinition } from './definition.ts';
import { llm } from './llm.entity.ts';
import { mcpServer } from './mcp-server.entity.ts';
import { message } from './message.entity.ts';
import { run } from './run.entity.ts';
import { thread } from './thread.entity.ts';
import { toolCall } from './tool-call.entity.ts';

/** Every entity of the engine. Tables, schema, models and suites are made by walking this list. */
export const entities: readonly EntityDefinition[] = [
  llm,
  agent,
  thread,
  run,
  message,
  toolCall,
  asyncTask,
  mcpServer,
];
