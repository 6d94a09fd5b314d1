import type { SkillDialect } from '../provider/skills.ts';
import { answer, problem } from './anthropic.files.ts';

export const anthropicSkills: SkillDialect = {
  describe: ({ id, title, versions }) => ({
    id,
    type: 'skill',
    display_name: title,
    source: { type: 'custom' },
    latest_version_id: versions.at(-1)?.id ?? null,
    created_at: versions[0]?.createdAt ?? null,
    updated_at: versions.at(-1)?.createdAt ?? null,
  }),
  describeVersion: ({ id, paths, createdAt }, skill) => ({
    id,
    type: 'skill_version',
    skill_id: skill.id,
    name: paths[0]?.split('/')[0],
    created_at: createdAt,
  }),
  nameOf: ({ id }) => id,
  pageParameter: 'page',
  list: (data, next_page) => ({ data, next_page }),
  deleted: (id, what) => ({ id, type: what === 'skill' ? 'skill_deleted' : 'skill_version_deleted' }),
  keepsVersions: true,
  answer,
  refuse: problem,
};
