import { z } from 'zod';
import { freeForm, text, textByName } from '../configuration-fields.ts';

const location = z.looseObject({
  type: z.literal('approximate').optional(),
  city: text.optional(),
  region: text.optional(),
  country: text.optional(),
  timezone: text.optional(),
});

const container = z.union([
  z.looseObject({
    type: z.literal('auto').optional(),
    file_ids: z.array(text).optional(),
    memory_limit: z.enum(['1g', '4g', '16g', '64g']).optional(),
  }),
  text,
]);

/** One tool of OpenAI's API. In one shape, for forms know no alternatives; what a type needs is checked behind it. */
export const openAiTool = z
  .looseObject({
    type: z.enum([
      'function',
      'web_search',
      'web_search_preview',
      'code_interpreter',
      'file_search',
      'image_generation',
      'mcp',
    ]),
    // web search
    search_context_size: z.enum(['low', 'medium', 'high']).optional(),
    user_location: location.optional(),
    external_web_access: z.boolean().optional(),
    /** Domains of a web search, or attributes of a file search. */
    filters: freeForm.optional(),
    // code interpreter
    container: container.optional(),
    // file search
    vector_store_ids: z.array(text).optional(),
    max_num_results: z.number().int().min(1).max(50).optional(),
    ranking_options: z
      .looseObject({ ranker: text.optional(), score_threshold: z.number().min(0).max(1).optional() })
      .optional(),
    // image generation
    model: text.optional(),
    quality: z.enum(['auto', 'low', 'medium', 'high']).optional(),
    size: text.optional(),
    background: z.enum(['auto', 'opaque', 'transparent']).optional(),
    output_format: z.enum(['png', 'jpeg', 'webp']).optional(),
    output_compression: z.number().int().min(0).max(100).optional(),
    // mcp
    server_label: text.optional(),
    server_url: text.optional(),
    connector_id: text.optional(),
    server_description: text.optional(),
    authorization: text.optional(),
    headers: textByName.optional(),
    allowed_tools: z.array(text).optional(),
    require_approval: z.literal('never').optional(),
    // function
    name: text.optional(),
    description: text.optional(),
    parameters: freeForm.optional(),
    strict: z.boolean().optional(),
  })
  .superRefine((tool, context) => {
    const demand = (key: keyof typeof tool, present: unknown) => {
      if (present === undefined)
        context.addIssue({ code: 'custom', path: [key], message: `must be given for the tool ${tool.type}` });
    };
    if (tool.type === 'file_search') demand('vector_store_ids', tool.vector_store_ids);
    if (tool.type === 'function') demand('name', tool.name);
    if (tool.type === 'mcp') {
      demand('server_label', tool.server_label);
      demand('server_url', tool.server_url ?? tool.connector_id);
    }
  });

export type OpenAiTool = z.output<typeof openAiTool>;
