import type { Dialect, Incoming } from '../provider/dialect.ts';
import type { HttpErrorScript } from '../provider/script.ts';
import { messageEvents, wholeMessage } from './anthropic.answer.ts';
import { anthropicError } from './anthropic.errors.ts';
import { type ContentBlock, isBlock, messagesBody, type MessagesBody } from './anthropic.request.ts';
import { requestProblem } from './anthropic.rules.ts';

/** The provider's SDK sends a key as a token, its API's documents have it in a header of its own. */
export const keyOf = ({ 'x-api-key': key, authorization }: Incoming['headers']): string | undefined =>
  typeof key === 'string' && key !== '' ? key : /^Bearer (.+)$/.exec(authorization ?? '')?.[1];

/** What every request to the provider needs. */
export function callerProblem({ headers }: Pick<Incoming, 'headers'>): HttpErrorScript | undefined {
  if (keyOf(headers) === undefined) return { status: 401, message: 'x-api-key header is required' };
  if (!headers['anthropic-version']) {
    return { status: 400, message: 'anthropic-version: header is required' };
  }
  return undefined;
}

/** `POST /v1/messages`. */
export const anthropicDialect: Dialect<MessagesBody> = {
  accept(incoming) {
    if (incoming.method !== 'POST' || !/^\/v1\/messages(\?|$)/.test(incoming.path)) {
      return { refusal: { status: 404, message: 'Not Found' } };
    }
    const problem = callerProblem(incoming);
    if (problem) return { refusal: problem };
    const parsed = messagesBody.safeParse(incoming.body);
    if (!parsed.success) return { refusal: { status: 400, message: parsed.error.message } };
    const message = requestProblem(parsed.data, incoming.headers);
    if (message !== undefined) return { refusal: { status: 400, message } };
    return { body: parsed.data, stream: parsed.data.stream === true };
  },
  refuse: anthropicError,
  contentType: { stream: 'text/event-stream; charset=utf-8', whole: 'application/json' },
  *stream(step, { body }) {
    for (const event of messageEvents(step, body)) {
      yield {
        bytes: `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
        delta: event.type === 'content_block_delta',
      };
    }
  },
  whole: (step, { body }) => wholeMessage(step, body),
  malformed: 'event: content_block_delta\ndata: {"type":"content_block_delta","delta":\n\n',
  conversation({ system = '', messages, tools = [] }) {
    const asked = messages.findLastIndex(({ content }) => textOf(content) !== '' && !hasResults(content));
    return {
      instructions: typeof system === 'string' ? system : system.map(({ text }) => text).join('\n'),
      question: textOf(messages[asked]?.content ?? []),
      results: messages.slice(asked + 1).flatMap(({ content }) => content.flatMap(resultText)),
      tools: tools.flatMap(({ name, description, input_schema: parameters }) =>
        parameters ? [{ name, description, parameters }] : [],
      ),
    };
  },
};

const hasResults = (content: readonly ContentBlock[]) =>
  content.some((block) => isBlock(block, 'tool_result'));

const textOf = (content: readonly ContentBlock[]): string =>
  content.map((block) => (isBlock(block, 'text') ? block.text : '')).join('');

function resultText(block: ContentBlock): string[] {
  if (!isBlock(block, 'tool_result')) return [];
  return [typeof block.content === 'string' ? block.content : JSON.stringify(block.content ?? '')];
}
