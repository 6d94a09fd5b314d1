import type { SkillDialect } from '../provider/skills.ts';
import { answer, problem } from './openai.files.ts';

const seconds = (date: Date | undefined) => date && Math.floor(date.getTime() / 1000);

export const openAiSkills: SkillDialect = {
  describe: ({ id, versions }) => ({
    id,
    object: 'skill',
    name: versions[0]?.paths[0]?.split('/')[0],
    created_at: seconds(versions[0]?.createdAt),
    default_version: String(versions.at(-1)?.number),
    latest_version: String(versions.at(-1)?.number),
  }),
  describeVersion: ({ id, number, paths, createdAt }, skill) => ({
    id,
    object: 'skill.version',
    skill_id: skill.id,
    version: String(number),
    name: paths[0]?.split('/')[0],
    created_at: seconds(createdAt),
  }),
  nameOf: ({ number }) => String(number),
  pageParameter: 'after',
  list: (data, next) => ({ object: 'list', data, has_more: next !== null }),
  deleted: (id, what) => ({
    id,
    object: what === 'skill' ? 'skill.deleted' : 'skill.version.deleted',
    deleted: true,
  }),
  keepsVersions: false,
  answer,
  refuse: problem,
};
