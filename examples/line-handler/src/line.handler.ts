import {
  type AgentHandler,
  type AssistantPart,
  boundedBody,
  failureByStatus,
  type HandlerOptions,
  lines,
  ownError,
  ProviderError,
  type StepEvent,
  type StepRequest,
} from '@agent-engine/agent-handlers';
import { LINE_HANDLER } from './index.ts';
import { type LineConfiguration, lineConfiguration } from './line.configuration.ts';
import { type Line, readLine, requestBody } from './line.protocol.ts';

const MAX_REFUSAL_BYTES = 64 * 1024;

/** One step of a model behind `POST /answer`. Keeps nothing: one instance serves all runs of all tenants at once. */
export class LineHandler implements AgentHandler<LineConfiguration> {
  readonly id = LINE_HANDLER;
  readonly configuration = lineConfiguration;
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  async *step(request: StepRequest<LineConfiguration>): AsyncGenerator<StepEvent> {
    const parts: AssistantPart[] = [];
    for await (const line of this.answer(request)) {
      if (line.error !== undefined) {
        throw new ProviderError('provider.unavailable', { cause: new Error(line.error), retryable: true });
      }
      yield* events(line, parts);
      if (line.end) return;
    }
    // Nothing said that this was all: the connection broke, however politely.
    throw new ProviderError('provider.unavailable', { retryable: true });
  }

  private async *answer(request: StepRequest<LineConfiguration>): AsyncGenerator<Line> {
    const { configuration, signal } = request;
    // Ends the request too when the caller stops listening.
    const abandoned = new AbortController();
    try {
      const url = new URL('answer', `${configuration.base_url.replace(/\/+$/, '')}/`).href;
      // A tenant wrote this URL: only the guard's fetch may go there.
      const response = await this.options.egress.fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${configuration.api_key ?? ''}`,
        },
        body: JSON.stringify(requestBody(request)),
        signal: AbortSignal.any([signal, abandoned.signal]),
      });
      if (!response.ok) throw await refusal(response);
      for await (const text of lines(response)) yield readLine(text);
    } catch (error) {
      signal.throwIfAborted();
      throw ownError(error) ?? new ProviderError('provider.unavailable', { cause: error, retryable: true });
    } finally {
      abandoned.abort();
    }
  }
}

function* events(line: Line, parts: AssistantPart[]): Generator<StepEvent> {
  if (line.thought) yield { type: 'reasoning-delta', text: line.thought, block: 'thought' };
  if (line.text) {
    const last = parts.at(-1);
    if (last?.type === 'text') last.text += line.text;
    else parts.push({ type: 'text', text: line.text });
    yield { type: 'text-delta', text: line.text };
  }
  if (line.call) {
    parts.push({ type: 'tool-call', call: line.call });
    yield { type: 'tool-call', call: line.call };
  }
  if (!line.end) return;
  const { in: promptTokens, out: completionTokens } = line.tokens ?? { in: 0, out: 0 };
  const totalTokens = promptTokens + completionTokens;
  yield {
    type: 'usage',
    usage: { promptTokens, completionTokens, totalTokens, cachedTokens: 0, reasoningTokens: 0 },
  };
  if (line.end === 'refused') throw new ProviderError('provider.refused');
  const called = parts.some(({ type }) => type === 'tool-call');
  yield { type: 'finish', reason: line.end === 'length' ? 'length' : called ? 'tool-calls' : 'stop', parts };
}

/** What the server says goes into the log as the cause, never to a client. */
async function refusal(response: Response): Promise<ProviderError> {
  const said = new TextDecoder().decode(await boundedBody(response, MAX_REFUSAL_BYTES));
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return failureByStatus(
    response.status,
    new Error(said),
    Number.isNaN(seconds) ? undefined : seconds * 1_000,
  );
}
