import type { z } from 'zod';
import type {
  ConversationMessage,
  AssistantPart,
  MessageFile,
  TokenUsage,
  ToolCall,
  ToolDefinition,
} from './conversation.ts';
import type { FilePort } from './files/file-port.ts';
import type { SkillPort } from './files/skill-port.ts';
import type { ProviderObject } from './provider-objects.ts';
import type { JsonValue } from './json.ts';
import type { Tool } from './tool.ts';

/** How an llm row names its handler. */
export interface HandlerId {
  moduleName: string;
  className: string;
}

/**
 * Why the model stopped. `length`: cut off, the text so far is usable. `pause`: the provider wants the turn back as it
 * is, to go on with it. A refusal or a safety block is no reason but a failure: `provider.refused`.
 */
export type FinishReason = 'stop' | 'tool-calls' | 'length' | 'pause';

/** A tool that the provider runs itself: web search, code execution and the like. */
export interface NativeToolActivity {
  id: string;
  name: string;
  state: 'started' | 'completed' | 'failed';
  /** JSON; with `started`. */
  arguments?: string;
  /** As far as the provider tells; with the other two. */
  result?: JsonValue;
}

/** A file of the answer: its content, or the names under which the handler's `files.output` finds it. */
export interface OutputFile {
  filename?: string;
  mediaType?: string;
  /** Base64. */
  content?: string;
  fileId?: string;
  containerId?: string;
  /** It is in the operator's account, among files of all tenants. Said by the chain of models, not by handlers. */
  isShared?: boolean;
}

/** What the answer refers to. */
export interface Source {
  title?: string;
  url?: string;
  filename?: string;
}

/** What happens during one step, in order; `usage` at most once, `finish` exactly once and last. */
export type StepEvent =
  | { type: 'text-delta'; text: string }
  /** `block` tells consecutive reasoning passages apart. */
  | { type: 'reasoning-delta'; text: string; block: string }
  /** Structured output as far as it is known, each time whole; the same text comes as `text-delta` too. */
  | { type: 'object'; value: JsonValue }
  | { type: 'tool-call'; call: ToolCall }
  | { type: 'native-tool'; activity: NativeToolActivity }
  | { type: 'source'; source: Source }
  | { type: 'output-file'; file: OutputFile }
  /** Something the provider will not do as configured; for the log. */
  | { type: 'warning'; message: string }
  | { type: 'usage'; usage: TokenUsage }
  | {
      type: 'finish';
      reason: FinishReason;
      /** The model that answered, in the provider's words. */
      model?: string;
      /** Of a handler that chooses among several models: which of them, from 0. */
      choice?: number;
      /** The provider's ids of this answer. */
      responseId?: string;
      messageId?: string;
      /** The model's turn, to append to the conversation. */
      parts: readonly AssistantPart[];
    };

/** An MCP server that the provider shall speak to itself (`mcp_llm_native`). */
export interface NativeMcpServer {
  label: string;
  url: string;
  /** Names as written; values may be secrets. */
  headers: Readonly<Record<string, string>>;
  /** Absent: all its tools. */
  enabledTools?: readonly string[];
}

/** Everything one step needs. Made afresh for each step and never changed: handlers keep nothing. */
export interface StepRequest<Configuration = unknown> {
  readonly configuration: Configuration;
  /** Used when the configuration names no model. */
  readonly defaultModel: string;
  readonly instructions?: string;
  readonly messages: readonly ConversationMessage[];
  readonly tools: readonly ToolDefinition[];
  /** `none`: the model has to answer without tools, the provider's own ones included. Default `auto`. */
  readonly toolChoice?: 'auto' | 'none';
  /** Only for a handler with `nativeMcp`. */
  readonly mcpServers?: readonly NativeMcpServer[];
  readonly signal: AbortSignal;
}

/**
 * Talks to one kind of provider. Stateless: one instance serves all runs of all tenants at once.
 *
 * A step that cannot be finished throws an AppError whose message is fit for clients (`provider.*`,
 * `egress.forbidden`), with the provider's own words in `cause` only; aborted, it throws the signal's reason.
 */
export interface AgentHandler<Configuration = unknown> {
  readonly id: HandlerId;
  /**
   * Parses an agent's `configuration`. Keys may be snake_case or camelCase; unknown ones are left alone. Its input as
   * JSON Schema is the form that clients show for it.
   */
  readonly configuration: z.ZodType<Configuration>;
  /**
   * What a configuration names in the operator's account (files, skills, stores…), where things of all tenants are: what
   * is not the partition's own is refused. Absent: nothing, whatever it is configured with.
   */
  namedObjects?(configuration: Configuration): readonly ProviderObject[];
  /** Asks the model once. Tools are only offered: running them is the loop's work. */
  step(request: StepRequest<Configuration>): AsyncIterable<StepEvent>;
  /** This step was answered for an earlier attempt at the run, by the `choice` its `finish` told. */
  restore?(request: StepRequest<Configuration>, choice: number): void;
  /**
   * Puts a question's files where the provider's own tools find them, once per run and before its first step. Absent:
   * files travel inside the question.
   */
  placeFiles?(
    configuration: Configuration,
    files: readonly MessageFile[],
    signal: AbortSignal,
  ): Promise<readonly MessageFile[]>;
  /** Tools the provider offers beside its models, to be run as all others are. */
  ownTools?(configuration: Configuration): readonly Tool[];
  /** The provider can speak to MCP servers itself. */
  readonly nativeMcp?: boolean;
  /** Absent where the provider keeps no files, or not for us. */
  readonly files?: FilePort<Configuration>;
  readonly skills?: SkillPort<Configuration>;
}
