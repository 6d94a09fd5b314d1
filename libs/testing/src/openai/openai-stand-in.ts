import { completionsDialect } from '../openai-completions/completions.dialect.ts';
import { dialectAnswering, type StandIn, type StandInOptions, startStandIn } from '../provider/stand-in.ts';
import { openAiDialect } from './openai.dialect.ts';
import { isFilesPath, newFile, respondToFiles, type StandInFile } from './openai.files.ts';
import type { OpenAiRequest, ResponsesBody } from './openai.request.ts';
import type { Script } from '../provider/script.ts';

export type OpenAiScript = Script<OpenAiRequest>;

export interface OpenAiStandIn extends StandIn<ResponsesBody> {
  /** For `baseURL`, with `/v1`. */
  baseUrl: string;
  /** What was uploaded, and what containers hold, oldest first. */
  files: readonly StandInFile[];
  /** Puts a file into a container, as a tool of the provider would. */
  addContainerFile(file: Omit<StandInFile, 'id' | 'createdAt'> & { containerId: string }): StandInFile;
}

/**
 * A server that speaks the OpenAI Responses API as scripted, streamed or whole; files and files of containers are kept
 * in memory. It is as strict as the provider about the key's presence, the body and the pairing of calls and results.
 * Without a script it speaks chat completions too, as the provider does.
 */
export async function startOpenAiStandIn(
  options: StandInOptions<ResponsesBody> = {},
): Promise<OpenAiStandIn> {
  const files: StandInFile[] = [];
  const completions = options.script ? undefined : dialectAnswering(completionsDialect);
  const standIn = await startStandIn(openAiDialect, options, (incoming, response) => {
    const path = incoming.url ?? '';
    if (isFilesPath(path)) return respondToFiles(incoming, response, files);
    return path.includes('/chat/completions') && completions ? completions.answer(incoming, response) : false;
  });
  return {
    ...standIn,
    baseUrl: `${standIn.endpoint}/v1`,
    files,
    addContainerFile: (file) => {
      const stored = newFile(file);
      files.push(stored);
      return stored;
    },
  };
}
