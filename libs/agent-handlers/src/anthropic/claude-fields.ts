import { z } from 'zod';
import {
  share,
  temperature,
  text,
  textByName,
  textSettings,
  tokens,
  toolChoice,
} from '../configuration-fields.ts';

const efforts = z.enum(['low', 'medium', 'high', 'xhigh', 'max']);
const LEAST_BUDGET = 1024;

/** What Claude can be told, at Anthropic and elsewhere. */
export const claudeFields = {
  max_tokens: tokens.optional(),
  temperature: temperature(1).optional(),
  top_p: share.optional(),
  top_k: z.number().int().min(0).optional(),
  stop_sequences: z.array(text).optional(),
  thinking: z
    .looseObject({
      type: z.enum(['enabled', 'disabled', 'adaptive']),
      budget_tokens: z.number().int().min(LEAST_BUDGET).optional(),
      display: z.enum(['omitted', 'summarized']).optional(),
    })
    .optional(),
  effort: efforts.optional(),
  reasoning: z
    .looseObject({ effort: z.enum(['none', 'minimal', ...efforts.options]).optional() })
    .optional()
    .describe('The same as effort, as agents of other providers have it.'),
  text: textSettings.optional(),
  tool_choice: toolChoice.optional(),
  betas: z.array(text).optional(),
  extra_headers: textByName.optional(),
};

interface Reasoning {
  thinking?: { type: 'enabled' | 'disabled' | 'adaptive'; budget_tokens?: number };
  effort?: z.output<typeof efforts>;
  reasoning?: { effort?: 'none' | 'minimal' | z.output<typeof efforts> };
}

/** Rules between settings. */
export function thinkingProblem({ thinking }: Reasoning, context: z.core.$RefinementCtx): void {
  if (thinking?.budget_tokens !== undefined && thinking.type !== 'enabled') {
    context.addIssue({
      code: 'custom',
      path: ['thinking', 'budget_tokens'],
      message: 'is for thinking of the type enabled',
    });
  }
}

export function effortOf({ effort, reasoning }: Reasoning) {
  if (effort !== undefined || reasoning?.effort === undefined || reasoning.effort === 'none') return effort;
  return reasoning.effort === 'minimal' ? 'low' : reasoning.effort;
}
