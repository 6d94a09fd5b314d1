import { z } from 'zod';

const count = z.number().optional().catch(undefined);

/** What the engine sends over a socket; only the keys that are shown. */
export const frame = z.looseObject({
  type: z.string().optional(),
  /** Of `error` frames. */
  detail: z.string().optional(),
  /** Marks a piece of the answer, or of the reasoning before it. */
  chunk_delta: z.string().optional(),
  message_group_id: z.string().optional(),
  index: z.number().optional(),
  is_message_end: z.boolean().optional(),
  /** Of `tool_call` frames. */
  name: z.string().optional(),
  state: z.string().optional(),
  arguments: z.unknown().optional(),
  result: z
    .looseObject({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      /** In milliseconds. */
      time_spent: count,
    })
    .optional()
    .catch(undefined),
});

export type Frame = z.output<typeof frame>;
