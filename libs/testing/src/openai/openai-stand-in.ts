import type { IncomingMessage, ServerResponse } from 'node:http';
import { completionsDialect } from '../openai-completions/completions.dialect.ts';
import { isSkillsPath, respondToSkills, type StandInSkill } from '../provider/skills.ts';
import { dialectAnswering, type StandIn, type StandInOptions, startStandIn } from '../provider/stand-in.ts';
import { openAiDialect } from './openai.dialect.ts';
import { isFilesPath, newFile, problem, respondToFiles, type StandInFile } from './openai.files.ts';
import type { OpenAiRequest, ResponsesBody } from './openai.request.ts';
import { openAiSkills } from './openai.skills.ts';
import type { Script } from '../provider/script.ts';

export type OpenAiScript = Script<OpenAiRequest>;

export interface OpenAiStandIn extends StandIn<ResponsesBody> {
  /** For `baseURL`, with `/v1`. */
  baseUrl: string;
  /** What was uploaded, and what containers hold, oldest first. */
  files: readonly StandInFile[];
  skills: readonly StandInSkill[];
  /** Puts a file into an account, or into a container as a tool of the provider would. */
  addFile(file: Omit<StandInFile, 'id' | 'createdAt'>): StandInFile;
}

/**
 * A server that speaks the OpenAI Responses API as scripted, streamed or whole; files, files of containers and
 * skills are kept in memory. It is as strict as the provider about the key's presence, the body and the pairing of calls and results.
 * Without a script it speaks chat completions too, as the provider does.
 */
export async function startOpenAiStandIn(
  options: StandInOptions<ResponsesBody> = {},
): Promise<OpenAiStandIn> {
  const files: StandInFile[] = [];
  const skills: StandInSkill[] = [];
  const completions = options.script ? undefined : dialectAnswering(completionsDialect);
  async function keep(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, apiKey] = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '') ?? [];
    if (apiKey === undefined) return problem(response, 401, "You didn't provide an API key.");
    if (isFilesPath(incoming.url ?? '')) return respondToFiles(incoming, response, { apiKey, files });
    return respondToSkills(incoming, response, { apiKey, skills, dialect: openAiSkills });
  }

  const standIn = await startStandIn(openAiDialect, options, (incoming, response) => {
    const path = incoming.url ?? '';
    if (isFilesPath(path) || isSkillsPath(path)) return keep(incoming, response);
    return path.includes('/chat/completions') && completions ? completions.answer(incoming, response) : false;
  });
  return {
    ...standIn,
    baseUrl: `${standIn.endpoint}/v1`,
    files,
    skills,
    addFile: (file) => {
      const stored = newFile(file);
      files.push(stored);
      return stored;
    },
  };
}
