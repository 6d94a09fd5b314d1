export type {
  AgentHandler,
  FinishReason,
  HandlerId,
  NativeMcpServer,
  NativeToolActivity,
  OutputFile,
  Source,
  StepEvent,
  StepRequest,
} from './agent-handler.ts';
export {
  addUsage,
  NO_USAGE,
  type AssistantPart,
  type ConversationMessage,
  type MessageFile,
  type TokenUsage,
  type ToolCall,
  type ToolDefinition,
  type ToolResult,
} from './conversation.ts';
export { configurationKeys, configurationOf } from './configuration-keys.ts';
export { configurationSchema } from './configuration-schema.ts';
export { createHandlerRegistry } from './create-registry.ts';
export { type CustomHandlers, loadCustomHandlers } from './custom-handlers.ts';
export { orAborted } from './or-aborted.ts';
export { endSilence } from './silence.ts';
export { failureByStatus, ownError } from './failure-by-status.ts';
export { boundedBody } from './files/bounded-body.ts';
export { lines } from './files/lines.ts';
export { createEgressGuard, type EgressGuard } from './egress/guarded-fetch.ts';
export { fetchFile } from './files/fetch-file.ts';
export type { FilePort, NewProviderFile, ProviderFile } from './files/file-port.ts';
export type { ProviderSkill, SkillFile, SkillPort } from './files/skill-port.ts';
export { AnswerStream, LEGACY_MIN_CHUNK } from './frames/answer-stream.ts';
export type {
  DataFormat,
  Frame,
  LegacyFrame,
  NoticeFrame,
  RunEnd,
  RunFacts,
  StreamFrame,
} from './frames/frame.ts';
export { legacyFrame } from './frames/legacy-frame.ts';
export { outputFormat } from './frames/output-format.ts';
export { HANDLER_IDS } from './handler-ids.ts';
export type { HandlerOptions, ProviderAccount } from './handler-options.ts';
export { HandlerRegistry, type HandlerSource } from './handler-registry.ts';
export { conversation } from './history/history.ts';
export { MAX_MESSAGE_CHARS, wholeMessages } from './history/whole-messages.ts';
export type { PlacedCall, RunEvent, RunObserver } from './loop/run-event.ts';
export {
  answerOf,
  runAgent,
  takenSteps,
  type AgentRun,
  type RunAnswer,
  type RunLimits,
} from './loop/run-agent.ts';
export { type RunJournal } from './loop/run-journal.ts';
export type { JsonObject, JsonValue } from './json.ts';
export type { Turn } from './loop/run-step.ts';
export { runSettings } from './loop/run-settings.ts';
export { mcpEndpoints, type InternalMcp, type McpEndpoint } from './mcp/mcp-endpoint.ts';
export { listMcpTools, type ListedTool } from './mcp/list-mcp-tools.ts';
export { ToolCatalogue } from './mcp/tool-catalogue.ts';
export { openMcpToolSet } from './mcp/open-mcp-tool-set.ts';
export type { McpToolSet, McpToolSetOptions } from './mcp/mcp-tool-set.ts';
export { parseConfiguration } from './parse-configuration.ts';
export { assertOwnObjects, type Ownership, type ProviderObject } from './provider-objects.ts';
export { ProviderError } from './provider-error.ts';
export { accountKey } from './resilience/account-key.ts';
export { CircuitBreakers } from './resilience/circuit-breakers.ts';
export { ModelChain, type FailedAttempt, type ModelChoice } from './resilience/model-chain.ts';
export { UsageMeter, type MeteredUsage } from './usage/usage-meter.ts';
export type { Tool, ToolOutcome, ToolRunOptions } from './tool.ts';
