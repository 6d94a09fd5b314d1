export * from './attribute.ts';
export * from './definition.ts';
export { capitalized, storedName } from './naming.ts';
export {
  isFollowed,
  legacyTableProperties,
  tableName,
  tableProperties,
  timeToLive,
  type TableNaming,
  type TableProperties,
} from './table.ts';
export { migrationControlTable } from './migration-control.table.ts';
export { entities } from './entities.ts';
export { internalEntities } from './internal-entities.ts';
export { frameBatch, type FrameBatch } from './frame-batch.entity.ts';
export { journalEntry, type JournalEntry } from './journal-entry.entity.ts';
export { runState, type RunState } from './run-state.entity.ts';
export { usage, type Usage } from './usage.entity.ts';
export { operationalTables, socketConnectionTable, type OperationalTable } from './operational-tables.ts';
export { agent, type Agent } from './agent.entity.ts';
export { asyncTask, type AsyncTask } from './async-task.entity.ts';
export { llm, type Llm } from './llm.entity.ts';
export { mcpServer, type McpServer } from './mcp-server.entity.ts';
export { message, type Message } from './message.entity.ts';
export { run, type Run } from './run.entity.ts';
export { thread, type Thread } from './thread.entity.ts';
export { toolCall, type ToolCall } from './tool-call.entity.ts';
export { element, type Element } from './element.entity.ts';
export { fineTuningMessage, type FineTuningMessage } from './fine-tuning-message.entity.ts';
export { flowSnippet, type FlowSnippet } from './flow-snippet.entity.ts';
export { promptTemplate, type PromptTemplate } from './prompt-template.entity.ts';
export { uiComponent, type UiComponent } from './ui-component.entity.ts';
export { wizard, type Wizard } from './wizard.entity.ts';
export { wizardGroup, type WizardGroup } from './wizard-group.entity.ts';
export { wizardGroupFilter, type WizardGroupFilter } from './wizard-group-filter.entity.ts';
export { wizardSchema, type WizardSchema } from './wizard-schema.entity.ts';
