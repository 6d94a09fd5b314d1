import type { Dialect } from '../provider/dialect.ts';
import { historyProblem, httpError } from './openai.errors.ts';
import { responseEvents, wholeResponse } from './openai.events.ts';
import { type InputItem, responsesBody, type ResponsesBody, textOf } from './openai.request.ts';

/** `POST /v1/responses` and `/responses`. */
export const openAiDialect: Dialect<ResponsesBody> = {
  accept({ method, path, headers, body }) {
    if (method !== 'POST' || !/^(\/v1)?\/responses$/.test(path)) {
      return { refusal: { status: 404, message: `Invalid URL (${method} ${path})` } };
    }
    if (!headers.authorization?.startsWith('Bearer ')) {
      return { refusal: { status: 401, message: "You didn't provide an API key." } };
    }
    const parsed = responsesBody.safeParse(body);
    if (!parsed.success) return { refusal: { status: 400, message: parsed.error.message } };
    const problem = historyProblem(parsed.data);
    if (problem !== undefined) return { refusal: { status: 400, message: problem } };
    return { body: parsed.data, stream: parsed.data.stream === true };
  },
  refuse: httpError,
  contentType: { stream: 'text/event-stream; charset=utf-8', whole: 'application/json' },
  *stream(step, { body }) {
    for (const event of responseEvents(step, body)) {
      yield {
        bytes: `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
        delta: event.type.endsWith('.delta'),
      };
    }
  },
  whole: (step, { body }) => wholeResponse(step, body),
  malformed: 'data: {"type":"response.output_text.delta","delta":\n\n',
  conversation(body) {
    const asked = body.input.findLastIndex((item) => isMessage(item, 'user'));
    const given = body.input.filter((item) => isMessage(item, 'system') || isMessage(item, 'developer'));
    return {
      instructions: [body.instructions ?? '', ...given.map(textOfItem)].join('\n'),
      question: textOfItem(body.input[asked]),
      results: body.input
        .slice(asked + 1)
        .flatMap((item) => (item.type === 'function_call_output' ? [textOf(item.output)] : [])),
      tools: body.tools.flatMap(({ name, ...tool }) =>
        tool.type === 'function' && name !== undefined ? [{ name, ...tool }] : [],
      ),
    };
  },
};

const isMessage = (item: InputItem, role: string) => item.type === 'message' && item.role === role;

const textOfItem = (item: InputItem | undefined) => (item?.type === 'message' ? textOf(item.content) : '');
