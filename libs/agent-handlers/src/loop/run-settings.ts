import { z } from 'zod';
import { configurationOf } from '../configuration-keys.ts';

const rounds = z.number().int().min(1).max(64);
const seconds = z.number().positive().max(86_400).nullish();

/** The settings of an agent's configuration that concern the loop and not the provider. */
export const runSettings = configurationOf(
  z
    .looseObject({
      /** Names of the MCP tools the agent may use; absent: all. */
      enabled_tools: z.array(z.string()).nullish(),
      /** The provider speaks to the agent's MCP servers itself, where it can. */
      mcp_llm_native: z.boolean().nullish(),
      max_tool_rounds: rounds.nullish(),
      /** What agents on chat completions call it. */
      max_tool_call_depth: rounds.nullish(),
      max_parallel_tools: z.number().int().min(1).max(64).nullish(),
      /** In seconds, and never longer than the engine allows. */
      run_timeout_seconds: seconds,
      step_timeout_seconds: seconds,
      first_token_timeout_seconds: seconds,
      tool_timeout_seconds: seconds,
      /** What becomes of a run whose client leaves: `cancel` when absent. */
      on_disconnect: z.enum(['cancel', 'finish']).nullish(),
      /** Models to ask, in this order, when the agent's own cannot answer. */
      fallbacks: z
        .array(
          z.looseObject({
            llm_provider: z.string(),
            llm_name: z.string(),
            /** For that llm's handler; nothing of the agent's own configuration is taken over. */
            configuration: z.record(z.string(), z.unknown()).nullish(),
          }),
        )
        .max(5)
        .nullish(),
    })
    .transform(({ max_tool_call_depth, ...settings }) => ({
      ...settings,
      max_tool_rounds: settings.max_tool_rounds ?? max_tool_call_depth,
    })),
);
