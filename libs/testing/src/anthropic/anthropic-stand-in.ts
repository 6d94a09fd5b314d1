import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from '../provider/play.ts';
import { isSkillsPath, respondToSkills, type StandInSkill } from '../provider/skills.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../provider/stand-in.ts';
import { anthropicDialect, callerProblem, keyOf } from './anthropic.dialect.ts';
import { anthropicError } from './anthropic.errors.ts';
import { type AnthropicFile, isFilesPath, newFile, respondToFiles } from './anthropic.files.ts';
import type { MessagesBody } from './anthropic.request.ts';
import { anthropicSkills } from './anthropic.skills.ts';

export interface AnthropicStandIn extends StandIn<MessagesBody> {
  /** What was uploaded, and what runs have made, oldest first. */
  files: readonly AnthropicFile[];
  skills: readonly StandInSkill[];
  /** Puts a file where code of the provider would. */
  addOutputFile(file: Pick<AnthropicFile, 'apiKey' | 'filename' | 'mediaType' | 'content'>): AnthropicFile;
}

/**
 * A server that speaks Anthropic's Messages API as scripted, streamed or whole, and keeps files and skills in memory. It
 * is as strict as the provider about headers, betas, the pairing of calls and results, and the signatures of thoughts.
 */
export async function startAnthropicStandIn(
  options: StandInOptions<MessagesBody> = {},
): Promise<AnthropicStandIn> {
  const files: AnthropicFile[] = [];
  const skills: StandInSkill[] = [];

  async function keep(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const caller = callerProblem(incoming);
    if (caller) return refuse(response, anthropicError(caller));
    const apiKey = keyOf(incoming.headers) ?? '';
    if (isFilesPath(incoming.url ?? '')) return respondToFiles(incoming, response, { apiKey, files });
    return respondToSkills(incoming, response, { apiKey, skills, dialect: anthropicSkills });
  }

  const standIn = await startStandIn(
    anthropicDialect,
    options,
    (incoming, response) =>
      (isFilesPath(incoming.url ?? '') || isSkillsPath(incoming.url ?? '')) && keep(incoming, response),
  );
  return {
    ...standIn,
    files,
    skills,
    addOutputFile: (file) => {
      const stored = newFile({ ...file, downloadable: true });
      files.push(stored);
      return stored;
    },
  };
}
