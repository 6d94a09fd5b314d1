import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from '../provider/play.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../provider/stand-in.ts';
import { geminiDialect, unknownCaller } from './gemini.dialect.ts';
import { geminiError } from './gemini.errors.ts';
import { filesOf, type GeminiFile, isFilesPath, newFile } from './gemini.files.ts';
import type { GenerateBody } from './gemini.request.ts';

export interface GeminiStandIn extends StandIn<GenerateBody> {
  /** What was uploaded, and what models have made, oldest first. */
  files: readonly GeminiFile[];
  addOutputFile(file: Pick<GeminiFile, 'apiKey' | 'displayName' | 'mimeType' | 'content'>): GeminiFile;
}

/**
 * A server that speaks the Gemini API, and that of Vertex AI, as scripted, streamed or whole; files are kept in memory.
 * It is as strict as the provider about the body, the pairing of calls and results, and the signatures of thoughts.
 */
export async function startGeminiStandIn(options: StandInOptions<GenerateBody> = {}): Promise<GeminiStandIn> {
  const files: GeminiFile[] = [];
  const running: { endpoint?: string } = {};
  const keep = filesOf(files, () => running.endpoint ?? '');

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const apiKey = incoming.headers['x-goog-api-key'];
    if (typeof apiKey !== 'string') return refuse(response, geminiError(unknownCaller));
    return keep(incoming, response, apiKey);
  }

  const standIn = await startStandIn(
    geminiDialect,
    options,
    (incoming, response) => isFilesPath(incoming.url ?? '') && respond(incoming, response),
  );
  running.endpoint = standIn.endpoint;
  return {
    ...standIn,
    files,
    addOutputFile: (file) => {
      const stored = newFile({ ...file, made: true });
      files.push(stored);
      return stored;
    },
  };
}
