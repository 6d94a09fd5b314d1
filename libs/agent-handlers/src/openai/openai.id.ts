/** The names under which llm rows know this handler; apart from it so that naming it does not load it. */
export const OPENAI_HANDLER = {
  moduleName: 'openai_agent_handler',
  className: 'OpenAIEventHandler',
} as const;
