import type { HandlerId } from './agent-handler.ts';

/** The names under which llm rows know the handlers; apart from them so that naming one does not load it. */
export const HANDLER_IDS = {
  openai: { moduleName: 'openai_agent_handler', className: 'OpenAIEventHandler' },
  openAiCompletions: {
    moduleName: 'openai_completions_agent_handler',
    className: 'OpenAICompletionsEventHandler',
  },
  anthropic: { moduleName: 'anthropic_agent_handler', className: 'AnthropicEventHandler' },
  bedrock: { moduleName: 'claude_agent_handler', className: 'ClaudeEventHandler' },
  gemini: { moduleName: 'gemini_agent_handler', className: 'GeminiEventHandler' },
  ollama: { moduleName: 'ollama_agent_handler', className: 'OllamaEventHandler' },
} as const satisfies Record<string, HandlerId>;
