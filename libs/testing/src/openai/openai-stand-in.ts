import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { listenLocally } from '../listen-locally.ts';
import { answer, refuse } from './openai.answer.ts';
import { demoScript } from './openai.demo.ts';
import { historyProblem } from './openai.errors.ts';
import { isFilesPath, newFile, respondToFiles, type StandInFile } from './openai.files.ts';
import { responsesBody, type OpenAiRequest } from './openai.request.ts';
import type { OpenAiScript, ScriptedStep } from './openai.script.ts';

export interface OpenAiStandIn {
  /** For `baseURL`, with `/v1`. */
  baseUrl: string;
  /** Every request that was a valid one, in order of arrival. */
  requests: OpenAiRequest[];
  /** What was uploaded, and what containers hold, oldest first. */
  files: readonly StandInFile[];
  /** Puts a file into a container, as a tool of the provider would. */
  addContainerFile(file: Omit<StandInFile, 'id' | 'createdAt'> & { containerId: string }): StandInFile;
  stop(): Promise<void>;
}

/**
 * A server that speaks the OpenAI Responses API as scripted: `POST /v1/responses` and `/responses`, streamed or whole;
 * files and files of containers are kept in memory.
 * It is as strict as the provider about the key's presence, the body and the pairing of calls and results.
 */
export async function startOpenAiStandIn(
  options: { port?: number; script?: OpenAiScript } = {},
): Promise<OpenAiStandIn> {
  const script = options.script ?? demoScript;
  const requests: OpenAiRequest[] = [];
  const files: StandInFile[] = [];
  const server = createServer((request, response) => {
    void respond(request, response).catch(() => response.destroy());
  });

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url ?? '';
    if (isFilesPath(path)) return respondToFiles(incoming, response, files);
    if (incoming.method !== 'POST' || !/^(\/v1)?\/responses$/.test(path)) {
      return refuse(response, { status: 404, message: `Invalid URL (${incoming.method} ${path})` });
    }
    const parsed = responsesBody.safeParse(await json(incoming).catch(() => undefined));
    if (!incoming.headers.authorization?.startsWith('Bearer ')) {
      return refuse(response, { status: 401, message: "You didn't provide an API key." });
    }
    if (!parsed.success) return refuse(response, { status: 400, message: parsed.error.message });

    const request: OpenAiRequest = {
      method: incoming.method,
      path,
      headers: incoming.headers,
      body: parsed.data,
      abortedByClient: false,
    };
    const index = requests.push(request) - 1;
    const problem = historyProblem(request.body);
    if (problem !== undefined) return refuse(response, { status: 400, message: problem });
    await answer(await stepFor(request, index), request, response);
  }

  async function stepFor(request: OpenAiRequest, index: number): Promise<ScriptedStep> {
    if (typeof script === 'function') return script(request, index);
    return (
      script[index] ?? {
        httpError: {
          status: 400,
          message: `The script has ${script.length} steps; this is request ${index + 1}.`,
        },
      }
    );
  }

  const endpoint = await listenLocally(server, options.port);
  return {
    baseUrl: `${endpoint}/v1`,
    requests,
    files,
    addContainerFile: (file) => {
      const stored = newFile(file);
      files.push(stored);
      return stored;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
