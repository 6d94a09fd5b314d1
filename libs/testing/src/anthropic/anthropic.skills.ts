import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { receivedForm } from '../provider/received-form.ts';
import { answer, problem } from './anthropic.files.ts';

/** A skill in the workspace of one API key, with its versions, oldest first. */
export interface AnthropicSkill {
  id: string;
  apiKey: string;
  title: string | null;
  versions: SkillVersion[];
}
interface SkillVersion {
  id: string;
  createdAt: string;
  /** Names of its files, with the folder. */
  paths: string[];
}

const PATH = /^\/v1\/skills(?:\/([^/?]+))?(\/versions(?:\/([^/?]+))?)?(?:\?.*)?$/;

export const isSkillsPath = (path: string): boolean => PATH.test(path);

/** `/v1/skills` and their versions: create, list, describe, delete. A key sees its own only. */
export async function respondToSkills(
  request: IncomingMessage,
  response: ServerResponse,
  { apiKey, skills }: { apiKey: string; skills: AnthropicSkill[] },
): Promise<void> {
  const [, id, ofVersions, version] = PATH.exec(request.url ?? '') ?? [];
  const own = skills.filter((skill) => skill.apiKey === apiKey);
  const creates = request.method === 'POST';
  if (id === undefined) {
    if (!creates) return answer(response, { data: own.map(described), next_page: null, has_more: false });
    const form = await receivedForm(request);
    const first = newVersion(form);
    if (!first) return problem(response, 400, 'SKILL.md file must be exactly in the top-level folder.');
    const title = form?.get('display_name');
    const skill: AnthropicSkill = {
      id: `skill_${randomBytes(12).toString('hex')}`,
      apiKey,
      title: typeof title === 'string' ? title : null,
      versions: [first],
    };
    skills.push(skill);
    return answer(response, described(skill));
  }
  const skill = own.find((known) => known.id === id);
  if (!skill) return problem(response, 404, `Skill not found: ${id}`);
  if (ofVersions !== undefined) return respondToVersions(request, response, { skill, version });
  if (request.method !== 'DELETE') return answer(response, described(skill));
  if (skill.versions.length > 0) {
    return problem(response, 400, 'Cannot delete skill with existing versions. Delete all versions first.');
  }
  skills.splice(skills.indexOf(skill), 1);
  answer(response, { id, type: 'skill_deleted' });
}

async function respondToVersions(
  request: IncomingMessage,
  response: ServerResponse,
  { skill, version }: { skill: AnthropicSkill; version: string | undefined },
): Promise<void> {
  const told = (one: SkillVersion) => ({
    id: one.id,
    type: 'skill_version',
    skill_id: skill.id,
    name: one.paths[0]?.split('/')[0],
    created_at: one.createdAt,
  });
  if (version === undefined) {
    if (request.method !== 'POST') {
      const data = skill.versions.toReversed().map(told);
      return answer(response, { data, next_page: null, has_more: false });
    }
    const made = newVersion(await receivedForm(request));
    if (!made) return problem(response, 400, 'SKILL.md file must be exactly in the top-level folder.');
    skill.versions.push(made);
    return answer(response, told(made));
  }
  const found = skill.versions.find((one) => one.id === version);
  if (!found) return problem(response, 404, `Skill version not found: ${version}`);
  if (request.method === 'DELETE') {
    skill.versions.splice(skill.versions.indexOf(found), 1);
    return answer(response, { id: version, type: 'skill_version_deleted' });
  }
  answer(response, told(found));
}

function newVersion(form: FormData | undefined): SkillVersion | undefined {
  const files = form?.getAll('files[]').filter((file) => file instanceof File) ?? [];
  const paths = files.map(({ name }) => name);
  if (!paths.some((path) => /^[^/]+\/SKILL\.md$/.test(path))) return undefined;
  return { id: `skillver_${randomBytes(12).toString('hex')}`, createdAt: new Date().toISOString(), paths };
}

const described = ({ id, title, versions }: AnthropicSkill) => ({
  id,
  type: 'skill',
  display_name: title,
  source: { type: 'custom' },
  latest_version_id: versions.at(-1)?.id ?? null,
  created_at: versions[0]?.createdAt ?? null,
  updated_at: versions.at(-1)?.createdAt ?? null,
});
