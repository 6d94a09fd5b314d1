import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { type StandIn, type StandInOptions, startStandIn } from '../provider/stand-in.ts';
import { ollamaDialect } from './ollama.dialect.ts';
import type { OllamaBody } from './ollama.request.ts';

/** A request to the web tools of Ollama's company. */
export interface WebToolRequest {
  path: string;
  authorization?: string;
  body: unknown;
}

export interface OllamaStandIn extends StandIn<OllamaBody> {
  webRequests: readonly WebToolRequest[];
}

export interface OllamaStandInOptions extends StandInOptions<OllamaBody> {
  /** What the web tools answer. */
  web?: (request: WebToolRequest) => unknown;
}

/** A server that speaks Ollama's API as scripted, and its web search and page reader. */
export async function startOllamaStandIn(options: OllamaStandInOptions = {}): Promise<OllamaStandIn> {
  const webRequests: WebToolRequest[] = [];
  const web = options.web ?? (() => ({ results: [] }));

  async function answerWebTool(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', headers } = incoming;
    const request = { path, authorization: headers.authorization, body: await json(incoming) };
    const status = headers.authorization ? 200 : 401;
    webRequests.push(request);
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(status === 200 ? web(request) : { error: 'unauthorized' }));
  }

  const standIn = await startStandIn(
    ollamaDialect,
    options,
    (incoming, response) =>
      /^\/api\/web_(search|fetch)$/.test(incoming.url ?? '') && answerWebTool(incoming, response),
  );
  return { ...standIn, webRequests };
}
