import type { Dialect } from '../provider/dialect.ts';
import { ollamaLines, wholeOllamaAnswer } from './ollama.answer.ts';
import { ollamaBody, type OllamaBody } from './ollama.request.ts';

const KNOWN: Record<number, string> = {
  400: 'invalid request',
  401: 'unauthorized',
  404: 'model not found, try pulling it first',
  429: 'too many concurrent requests',
  500: 'model runner has unexpectedly stopped, this may be due to resource limitations',
  503: 'server busy, please try again.  maximum pending requests exceeded',
};

/** `POST /api/chat`. A key is taken and not asked for, as a server of one's own does. */
export const ollamaDialect: Dialect<OllamaBody> = {
  accept({ method, path, body }) {
    if (method !== 'POST' || path !== '/api/chat') {
      return { refusal: { status: 404, message: '404 page not found' } };
    }
    const parsed = ollamaBody.safeParse(body);
    if (!parsed.success) return { refusal: { status: 400, message: parsed.error.message } };
    return { body: parsed.data, stream: parsed.data.stream ?? true };
  },
  refuse: ({ status, message, retryAfterSeconds }) => ({
    status,
    headers: retryAfterSeconds === undefined ? undefined : { 'retry-after': String(retryAfterSeconds) },
    body: { error: message ?? KNOWN[status] ?? `status ${status}` },
  }),
  contentType: { stream: 'application/x-ndjson', whole: 'application/json; charset=utf-8' },
  *stream(step, { body }) {
    for (const line of ollamaLines(step, body)) {
      yield { bytes: `${JSON.stringify(line)}\n`, delta: line.done === false };
    }
  },
  whole: (step, { body }) => wholeOllamaAnswer(step, body),
  malformed: '{"model":"\n',
  conversation({ messages, tools = [] }) {
    const asked = messages.findLastIndex(({ role }) => role === 'user');
    const said = (role: string) =>
      messages.flatMap((message) => (message.role === role ? [message.content ?? ''] : []));
    return {
      instructions: said('system').join('\n'),
      question: messages[asked]?.content ?? '',
      results: messages
        .slice(asked + 1)
        .flatMap((message) => (message.role === 'tool' ? [message.content ?? ''] : [])),
      tools: tools.map((tool) => tool.function),
    };
  },
};
