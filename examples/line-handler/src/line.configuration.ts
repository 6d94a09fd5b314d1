import { configurationOf } from '@agent-engine/agent-handlers';
import { z } from 'zod';

/** What an agent on this handler may be configured with; also the form that clients show. */
export const lineConfiguration = configurationOf(
  z.looseObject({
    base_url: z.url({ protocol: /^https?$/ }).describe('The model server.'),
    api_key: z.string().optional(),
    model: z.string().optional().describe('Absent: the name of the llm.'),
    temperature: z.number().min(0).max(1).optional(),
    stream: z.boolean().optional(),
  }),
);

export type LineConfiguration = z.output<typeof lineConfiguration>;
