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

const ON_VERTEX =
  /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/publishers\/anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict)$/;

/** What Vertex AI wants of a request, and the model that its path names. */
function onVertex({ path, headers, body }: Incoming): { body: unknown } | { refusal: HttpErrorScript } {
  const [, model, verb] = ON_VERTEX.exec(path) ?? [];
  const { model: twice, anthropic_version: version, stream } = (body ?? {}) as Record<string, unknown>;
  const refusal = (status: number, message: string) => ({ refusal: { status, message } });
  if (!/^Bearer ./.test(headers.authorization ?? '') || headers['x-api-key'] !== undefined) {
    return refusal(401, 'Request is missing required authentication credential.');
  }
  if (version !== 'vertex-2023-10-16') return refusal(400, 'anthropic_version: Field required');
  if (twice !== undefined) return refusal(400, 'model: Extra inputs are not permitted');
  if ((stream === true) !== (verb === 'streamRawPredict')) return refusal(400, 'stream: not so here');
  return { body: { ...(body as object), model } };
}

/** `POST /v1/messages`, and its like on Vertex AI. */
export const anthropicDialect: Dialect<MessagesBody> = {
  accept(incoming) {
    const isOnVertex = ON_VERTEX.test(incoming.path);
    if (incoming.method !== 'POST' || !(isOnVertex || /^\/v1\/messages(\?|$)/.test(incoming.path))) {
      return { refusal: { status: 404, message: 'Not Found' } };
    }
    const problem = isOnVertex ? undefined : callerProblem(incoming);
    if (problem) return { refusal: problem };
    const asked = isOnVertex ? onVertex(incoming) : incoming;
    if ('refusal' in asked) return asked;
    const parsed = messagesBody.safeParse(asked.body);
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
