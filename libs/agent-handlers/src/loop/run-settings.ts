import { z } from 'zod';
import { configurationOf } from '../configuration-keys.ts';

/** The settings of an agent's configuration that concern the loop and not the provider. */
export const runSettings = configurationOf(
  z.looseObject({
    /** Names of the MCP tools the agent may use; absent: all. */
    enabled_tools: z.array(z.string()).nullish(),
    max_tool_rounds: z.number().int().min(1).max(64).nullish(),
    max_parallel_tools: z.number().int().min(1).max(64).nullish(),
  }),
);
