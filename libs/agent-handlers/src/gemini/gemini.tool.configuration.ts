import { z } from 'zod';
import { freeForm, text } from '../configuration-fields.ts';

const NATIVE = ['google_search', 'code_execution', 'url_context', 'google_maps', 'file_search'] as const;

export type NativeGeminiTool = (typeof NATIVE)[number];

/** One tool, told by its type or its name. In one shape, for forms know no alternatives. */
export const geminiTool = z
  .looseObject({
    type: z.enum(['function', ...NATIVE]).optional(),
    name: text.optional(),
    // file search
    file_search_store_names: z.array(text).min(1).optional(),
    metadata_filter: text.optional(),
    top_k: z.number().int().min(1).optional(),
    // function
    description: text.optional(),
    parameters: freeForm.optional(),
  })
  .superRefine((tool, context) => {
    const kind = nativeKind(tool);
    if (kind === undefined && tool.name === undefined) {
      context.addIssue({ code: 'custom', path: ['name'], message: 'must be given for a function' });
    }
    if (kind === 'file_search' && !tool.file_search_store_names) {
      context.addIssue({
        code: 'custom',
        path: ['file_search_store_names'],
        message: 'must be given for the tool file_search',
      });
    }
  });

export type GeminiTool = z.output<typeof geminiTool>;

export function nativeKind({ type, name }: Pick<GeminiTool, 'type' | 'name'>): NativeGeminiTool | undefined {
  if (type !== undefined && type !== 'function') return type;
  return type === 'function' ? undefined : NATIVE.find((kind) => kind === name);
}
