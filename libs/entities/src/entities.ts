import { agent } from './agent.entity.ts';
import { asyncTask } from './async-task.entity.ts';
import type { EntityDefinition } from './definition.ts';
import { element } from './element.entity.ts';
import { fineTuningMessage } from './fine-tuning-message.entity.ts';
import { flowSnippet } from './flow-snippet.entity.ts';
import { llm } from './llm.entity.ts';
import { mcpServer } from './mcp-server.entity.ts';
import { message } from './message.entity.ts';
import { promptTemplate } from './prompt-template.entity.ts';
import { run } from './run.entity.ts';
import { thread } from './thread.entity.ts';
import { toolCall } from './tool-call.entity.ts';
import { uiComponent } from './ui-component.entity.ts';
import { wizardGroupFilter } from './wizard-group-filter.entity.ts';
import { wizardGroup } from './wizard-group.entity.ts';
import { wizardSchema } from './wizard-schema.entity.ts';
import { wizard } from './wizard.entity.ts';

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
  flowSnippet,
  promptTemplate,
  uiComponent,
  element,
  wizard,
  wizardGroup,
  wizardGroupFilter,
  wizardSchema,
  fineTuningMessage,
];
