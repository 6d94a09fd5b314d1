import { z } from 'zod';
import { freeForm, text } from '../configuration-fields.ts';

/** Names of tools of the provider, with the date of a version or without: then one that all its models know. */
const NATIVE = /^(web_search|web_fetch|code_execution)(_\d{8})?$/;
const VERSIONS = [
  'web_search_20250305',
  'web_search_20260209',
  'web_search_20260318',
  'web_fetch_20250910',
  'web_fetch_20260209',
  'web_fetch_20260318',
  'code_execution_20250522',
  'code_execution_20250825',
  'code_execution_20260120',
] as const;
const DEFAULTS = {
  web_search: 'web_search_20250305',
  web_fetch: 'web_fetch_20250910',
  code_execution: 'code_execution_20250825',
} as const;
const KINDS = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];

export type NativeToolVersion = (typeof VERSIONS)[number];

/** One tool of Anthropic's API. In one shape, for forms know no alternatives; what a type needs is checked behind it. */
export const anthropicTool = z
  .looseObject({
    type: z.enum(['custom', 'function', ...KINDS, ...VERSIONS]).optional(),
    name: text.optional(),
    // web search and web fetch
    max_uses: z.number().int().min(1).optional(),
    allowed_domains: z.array(text).optional(),
    blocked_domains: z.array(text).optional(),
    user_location: z
      .looseObject({
        type: z.literal('approximate').optional(),
        city: text.optional(),
        region: text.optional(),
        country: text.optional(),
        timezone: text.optional(),
      })
      .optional(),
    citations: z.looseObject({ enabled: z.boolean() }).optional(),
    max_content_tokens: z.number().int().min(1).optional(),
    // custom
    description: text.optional(),
    input_schema: freeForm.optional(),
  })
  .superRefine((tool, context) => {
    if (versionOf(tool) === undefined && tool.name === undefined) {
      context.addIssue({ code: 'custom', path: ['name'], message: 'must be given for a tool of one’s own' });
    }
    if (tool.allowed_domains && tool.blocked_domains) {
      context.addIssue({
        code: 'custom',
        path: ['blocked_domains'],
        message: 'cannot be given beside allowed_domains',
      });
    }
  });

export type AnthropicTool = z.output<typeof anthropicTool>;

/** The tool of the provider that is meant, by its type or, as older agents have it, by its name alone. */
export function versionOf({
  type,
  name,
}: Pick<AnthropicTool, 'type' | 'name'>): NativeToolVersion | undefined {
  const [meant, kind, version] = NATIVE.exec(type ?? name ?? '') ?? [];
  if (kind === undefined) return undefined;
  return version === undefined
    ? DEFAULTS[kind as keyof typeof DEFAULTS]
    : VERSIONS.find((known) => known === meant);
}
