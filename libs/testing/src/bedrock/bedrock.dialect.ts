import type { Dialect, Incoming, Refusal } from '../provider/dialect.ts';
import type { HttpErrorScript } from '../provider/script.ts';
import { converseEvents, wholeConverse } from './bedrock.answer.ts';
import { framed, frameOf } from './bedrock.frames.ts';
import { type ConverseBlock, converseBody, type ConverseBody } from './bedrock.request.ts';
import { requestProblem } from './bedrock.rules.ts';

const ROUTE = /^\/model\/([^/]+)\/(converse|converse-stream)$/;
const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[a-z0-9-]+\/bedrock\/aws4_request, .*Signature=[0-9a-f]{64}$/;

/** Who asks: the access key of a signature, which is not checked, or a key of Bedrock's own. */
export const callerOf = ({ authorization = '' }: Incoming['headers']): string | undefined =>
  SIGNED.exec(authorization)?.[1] ?? /^Bearer (.+)$/.exec(authorization)?.[1];

const NAMES: Record<number, string> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};

const refused = ({ status, code, message, retryAfterSeconds }: HttpErrorScript): Refusal => ({
  status,
  headers: {
    'x-amzn-errortype': code ?? NAMES[status] ?? 'ServiceException',
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  },
  body: { message: message ?? `${NAMES[status] ?? status} by the stand-in.` },
});

/** `Converse` and `ConverseStream` of Amazon Bedrock. */
export const bedrockDialect: Dialect<ConverseBody> = {
  accept({ method, path, headers, body }) {
    const [route, , verb] = ROUTE.exec(path) ?? [];
    if (method !== 'POST' || route === undefined) return { refusal: { status: 404 } };
    if (callerOf(headers) === undefined) {
      return { refusal: { status: 403, message: 'Missing Authentication Token' } };
    }
    const parsed = converseBody.safeParse(body);
    if (!parsed.success) return { refusal: { status: 400, message: parsed.error.message } };
    const message = requestProblem(parsed.data);
    if (message !== undefined) return { refusal: { status: 400, message } };
    return { body: parsed.data, stream: verb === 'converse-stream' };
  },
  refuse: refused,
  contentType: { stream: 'application/vnd.amazon.eventstream', whole: 'application/json' },
  *stream(step, { body }) {
    for (const event of converseEvents(step, body)) {
      yield { bytes: frameOf(event), delta: event.type === 'contentBlockDelta' };
    }
  },
  whole: (step, { body }) => wholeConverse(step, body),
  malformed: framed({ type: 'contentBlockDelta', json: '{"delta":' }),
  conversation({ system = [], messages, toolConfig }) {
    const asked = messages.findLastIndex(({ role, content }) => role === 'user' && textOf(content) !== '');
    return {
      instructions: system.map(({ text }) => text).join('\n'),
      question: textOf(messages[asked]?.content ?? []),
      results: messages
        .slice(asked + 1)
        .flatMap(({ content }) =>
          content.flatMap(({ toolResult }) => (toolResult ? [resultText(toolResult)] : [])),
        ),
      tools: (toolConfig?.tools ?? []).map(({ toolSpec: { name, description, inputSchema } }) => ({
        name,
        description,
        parameters: inputSchema.json,
      })),
    };
  },
};

const textOf = (content: readonly ConverseBlock[]): string => content.map(({ text = '' }) => text).join('');

const resultText = ({ content }: NonNullable<ConverseBlock['toolResult']>): string =>
  content.map(({ text, json }) => (typeof text === 'string' ? text : JSON.stringify(json))).join('');
