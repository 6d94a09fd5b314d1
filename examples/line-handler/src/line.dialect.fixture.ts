import { type Dialect, type ProviderRequest } from '@agent-engine/testing';
import { z } from 'zod';

const body = z.looseObject({
  model: z.string(),
  stream: z.boolean(),
  instructions: z.string().optional(),
  turns: z.array(
    z.looseObject({ by: z.enum(['system', 'user', 'model', 'tool']), text: z.string().optional() }),
  ),
  tools: z.array(z.looseObject({ name: z.string() })),
});

export type LineBody = z.output<typeof body>;
export type LineRequest = ProviderRequest<LineBody>;

/** The model server, as strict as the real one would be. */
export const lineDialect: Dialect<LineBody> = {
  accept({ method, path, headers, body: given }) {
    if (method !== 'POST' || path !== '/answer') return { refusal: { status: 404, message: 'no such page' } };
    if (headers.authorization === 'Bearer ') return { refusal: { status: 401, message: 'no key' } };
    const parsed = body.safeParse(given);
    if (!parsed.success) return { refusal: { status: 400, message: parsed.error.message } };
    return { body: parsed.data, stream: true };
  },
  refuse: ({ status, message, retryAfterSeconds }) => ({
    status,
    headers: retryAfterSeconds === undefined ? undefined : { 'retry-after': String(retryAfterSeconds) },
    body: { error: message },
  }),
  contentType: { stream: 'application/x-ndjson', whole: 'application/x-ndjson' },
  *stream({ reasoning, text, toolCalls, usage, end }) {
    const line = (value: object) => ({ bytes: `${JSON.stringify(value)}\n`, delta: true });
    for (const thought of [reasoning ?? []].flat()) yield line({ thought });
    for (const piece of [text ?? []].flat()) yield line({ text: piece });
    for (const [index, { name, arguments: given }] of (toolCalls ?? []).entries()) {
      const written = typeof given === 'string' ? given : JSON.stringify(given);
      yield line({ call: { id: `c${index}`, name, arguments: written } });
    }
    if (typeof end === 'object') yield line({ error: ('error' in end ? end.error : end.failed).message });
    else {
      const tokens = { in: usage?.inputTokens ?? 1, out: usage?.outputTokens ?? 1 };
      yield line({ end: end === undefined ? 'done' : end === 'length' ? end : 'refused', tokens });
    }
  },
  whole: () => ({}),
  malformed: '{"text":\n',
  conversation: () => ({ instructions: '', question: '', results: [], tools: [] }),
};
