import { httpError } from '../openai/openai.errors.ts';
import type { Dialect } from '../provider/dialect.ts';
import { completionChunks, errorOf, wholeCompletion } from './completions.answer.ts';
import { completionsBody, type CompletionsBody, historyProblem, textOf } from './completions.request.ts';

/** `POST /v1/chat/completions` and `/chat/completions`. */
export const completionsDialect: Dialect<CompletionsBody> = {
  accept({ method, path, headers, body }) {
    if (method !== 'POST' || !/^(\/v1)?\/chat\/completions(\?|$)/.test(path)) {
      return { refusal: { status: 404, message: `Invalid URL (${method} ${path})` } };
    }
    if (!headers.authorization?.startsWith('Bearer ')) {
      return { refusal: { status: 401, message: "You didn't provide an API key." } };
    }
    const parsed = completionsBody.safeParse(body);
    if (!parsed.success) return { refusal: { status: 400, message: parsed.error.message } };
    const problem = historyProblem(parsed.data.messages);
    if (problem !== undefined) return { refusal: { status: 400, message: problem } };
    return { body: parsed.data, stream: parsed.data.stream === true };
  },
  refuse: httpError,
  contentType: { stream: 'text/event-stream; charset=utf-8', whole: 'application/json' },
  *stream(step, { body }) {
    for (const chunk of completionChunks(step, body)) {
      yield { bytes: `data: ${JSON.stringify(chunk)}\n\n`, delta: true };
    }
    if (!errorOf(step)) yield { bytes: 'data: [DONE]\n\n' };
  },
  whole: (step, { body }) => wholeCompletion(step, body),
  malformed: 'data: {"id":"chatcmpl-\n\n',
  conversation({ messages, tools = [] }) {
    const asked = messages.findLastIndex(({ role }) => role === 'user');
    const question = messages[asked];
    return {
      instructions: messages
        .filter(({ role }) => role === 'system' || role === 'developer')
        .map(textOf)
        .join('\n'),
      question: question ? textOf(question) : '',
      results: messages
        .slice(asked + 1)
        .flatMap((message) => (message.role === 'tool' ? [textOf(message)] : [])),
      tools: tools.map((tool) => tool.function),
    };
  },
};
