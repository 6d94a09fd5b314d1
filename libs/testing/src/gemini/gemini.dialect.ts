import type { Dialect, Incoming } from '../provider/dialect.ts';
import type { HttpErrorScript } from '../provider/script.ts';
import { answerChunks, wholeAnswer } from './gemini.answer.ts';
import { geminiError } from './gemini.errors.ts';
import { generateBody, type GenerateBody, type Part } from './gemini.request.ts';
import { requestProblem } from './gemini.rules.ts';

const BY_KEY = '/v1beta/models/([^/:?]+)';
const ON_VERTEX = '/v1beta1/projects/[^/]+/locations/[^/]+/publishers/google/models/([^/:?]+)';
const ROUTE = new RegExp(`^(?:${BY_KEY}|${ON_VERTEX}):(generateContent|streamGenerateContent\\?alt=sse)$`);

const modelOf = (path: string): string => {
  const [, byKey, onVertex] = ROUTE.exec(path) ?? [];
  return byKey ?? onVertex ?? '';
};

/** Who asks: by key, or on Vertex AI with a token. */
export const callerOf = ({ headers, path }: Pick<Incoming, 'headers' | 'path'>): string | undefined =>
  path.startsWith('/v1beta1/')
    ? /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
    : (headers['x-goog-api-key'] as string | undefined);

export const unknownCaller: HttpErrorScript = {
  status: 403,
  message: 'Method doesn’t allow unregistered callers.',
};

/** `generateContent` and `streamGenerateContent` of the Gemini API and of Vertex AI. */
export const geminiDialect: Dialect<GenerateBody> = {
  accept({ method, path, headers, body }) {
    const [route, , , verb] = ROUTE.exec(path) ?? [];
    if (method !== 'POST' || route === undefined) return { refusal: { status: 404 } };
    if (!callerOf({ headers, path })) return { refusal: unknownCaller };
    const parsed = generateBody.safeParse(body);
    if (!parsed.success) return { refusal: { status: 400, message: parsed.error.message } };
    const message = requestProblem(parsed.data, modelOf(path));
    if (message !== undefined) return { refusal: { status: 400, message } };
    return { body: parsed.data, stream: verb !== 'generateContent' };
  },
  refuse: geminiError,
  contentType: { stream: 'text/event-stream', whole: 'application/json; charset=UTF-8' },
  *stream(step, { body, path }) {
    for (const chunk of answerChunks(step, body, modelOf(path))) {
      yield { bytes: `data: ${JSON.stringify(chunk)}\r\n\r\n`, delta: chunk.candidates !== undefined };
    }
  },
  whole: (step, { body, path }) => wholeAnswer(step, body, modelOf(path)),
  malformed: 'data: {"candidates": [{"content":\r\n\r\n',
  conversation({ systemInstruction, contents, tools = [] }) {
    const asked = contents.findLastIndex(({ role, parts }) => role === 'user' && textOf(parts) !== '');
    return {
      instructions: textOf(systemInstruction?.parts ?? []),
      question: textOf(contents[asked]?.parts ?? []),
      results: contents
        .slice(asked + 1)
        .flatMap(({ parts }) =>
          parts.flatMap(({ functionResponse }) =>
            functionResponse ? [said(functionResponse.response)] : [],
          ),
        ),
      tools: tools.flatMap(({ functionDeclarations = [] }) =>
        functionDeclarations.map(({ name, description, parameters, parametersJsonSchema }) => ({
          name,
          description,
          parameters: parametersJsonSchema ?? parameters,
        })),
      ),
    };
  },
};

const textOf = (parts: readonly Part[]): string => parts.map(({ text = '' }) => text).join('');

const said = ({ content, ...rest }: Record<string, unknown>): string =>
  typeof content === 'string' ? content : JSON.stringify(content ?? rest);
