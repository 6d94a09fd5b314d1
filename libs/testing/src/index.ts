export { startAwsEmulator, type AwsEmulatorOptions } from './aws-emulator.ts';
export { startDynamoDbLocal, type DynamoDbLocalOptions, type LocalServer } from './dynamodb-local.ts';
export { createFileBucket } from './file-bucket.ts';
export { freePort } from './free-port.ts';
export { assertJava, JavaMissing } from './java.ts';
export { localS3, localSqs } from './local-clients.ts';
export { type DatabaseCall, type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
export { createTaskQueue, type TaskQueue } from './task-queue.ts';
export { testDatabase, type TestDatabase } from './test-database.ts';
export { startOpenAiStandIn, type OpenAiScript, type OpenAiStandIn } from './openai/openai-stand-in.ts';
export type { OpenAiRequest } from './openai/openai.request.ts';
export {
  startAnthropicStandIn,
  type AnthropicScript,
  type AnthropicStandIn,
} from './anthropic/anthropic-stand-in.ts';
export type { AnthropicRequest } from './anthropic/anthropic.request.ts';
export { startCompletionsStandIn } from './openai-completions/completions-stand-in.ts';
export type { CompletionsRequest } from './openai-completions/completions.request.ts';
export { startBedrockStandIn, type BedrockScript } from './bedrock/bedrock-stand-in.ts';
export type { BedrockRequest } from './bedrock/bedrock.request.ts';
export { startGeminiStandIn, type GeminiScript, type GeminiStandIn } from './gemini/gemini-stand-in.ts';
export type { GeminiRequest } from './gemini/gemini.request.ts';
export { startOllamaStandIn, type OllamaStandIn } from './ollama/ollama-stand-in.ts';
export type { OllamaRequest } from './ollama/ollama.request.ts';
export type { Dialect, ProviderRequest } from './provider/dialect.ts';
export type { AnswerStep, Script, ScriptedStep } from './provider/script.ts';
export { startStandIn, type StandIn, type StandInOptions } from './provider/stand-in.ts';
export { startMcpStandIn, type McpStandIn, type McpStandInOptions } from './mcp/mcp-stand-in.ts';
export type { McpCall, McpCallContext, McpFault, McpTool, McpToolAnswer } from './mcp/mcp.tool.ts';
