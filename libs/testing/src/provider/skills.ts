import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pageOf, queryOf } from './page.ts';
import { receivedForm } from './received-form.ts';

/** A skill in the workspace of one API key, with its versions, oldest first. */
export interface StandInSkill {
  id: string;
  apiKey: string;
  title: string | null;
  versions: SkillVersion[];
}
export interface SkillVersion {
  id: string;
  /** From 1. */
  number: number;
  createdAt: Date;
  /** Names of its files, with the folder. */
  paths: string[];
}

/** How one provider speaks of skills. */
export interface SkillDialect {
  describe: (skill: StandInSkill) => object;
  describeVersion(version: SkillVersion, skill: StandInSkill): object;
  /** What a version is called in paths. */
  nameOf(version: SkillVersion): string;
  /** The parameter with which clients ask for the next page. */
  pageParameter: string;
  list(data: readonly object[], next: string | null): object;
  deleted(name: string, what: 'skill' | 'version'): object;
  /** A skill goes only after its versions. */
  keepsVersions: boolean;
  answer(response: ServerResponse, body: object): void;
  refuse(response: ServerResponse, status: number, message: string): void;
}

const PATH = /^\/v1\/skills(?:\/([^/?]+))?(\/versions(?:\/([^/?]+))?)?(?:\?.*)?$/;

export const isSkillsPath = (path: string): boolean => PATH.test(path);

/** `/v1/skills` and their versions: create, list, describe, delete. A key sees its own only. */
export async function respondToSkills(
  request: IncomingMessage,
  response: ServerResponse,
  { apiKey, skills, dialect }: { apiKey: string; skills: StandInSkill[]; dialect: SkillDialect },
): Promise<void> {
  const [, id, ofVersions, version] = PATH.exec(request.url ?? '') ?? [];
  const own = skills.filter((skill) => skill.apiKey === apiKey);
  const listed = <T>(items: readonly T[], nameOf: (item: T) => string, described: (item: T) => object) => {
    const { page, next } = pageOf(items.toReversed(), queryOf(request.url, dialect.pageParameter), nameOf);
    dialect.answer(response, dialect.list(page.map(described), next));
  };
  const missing = (what: string) => dialect.refuse(response, 404, `${what} not found`);

  const received = async (versions: readonly SkillVersion[]) => {
    const form = await receivedForm(request);
    const files = form?.getAll('files[]').filter((file) => file instanceof File) ?? [];
    const paths = files.map(({ name }) => name);
    if (!paths.some((path) => /^[^/]+\/SKILL\.md$/.test(path))) {
      dialect.refuse(response, 400, 'SKILL.md file must be exactly in the top-level folder.');
      return undefined;
    }
    const made = { id: newId('skillver'), number: (versions.at(-1)?.number ?? 0) + 1, createdAt: new Date() };
    return { form, version: { ...made, paths } };
  };

  if (id === undefined) {
    if (request.method !== 'POST') return listed(own, ({ id }) => id, dialect.describe);
    const first = await received([]);
    if (!first) return;
    const title = first.form?.get('display_name');
    const skill: StandInSkill = {
      id: newId('skill'),
      apiKey,
      title: typeof title === 'string' ? title : null,
      versions: [first.version],
    };
    skills.push(skill);
    return dialect.answer(response, dialect.describe(skill));
  }
  const skill = own.find((known) => known.id === id);
  if (!skill) return missing('Skill');
  const told = (one: SkillVersion) => dialect.describeVersion(one, skill);

  if (version !== undefined) {
    const found = skill.versions.find((one) => dialect.nameOf(one) === version);
    if (!found) return missing('Skill version');
    if (request.method !== 'DELETE') return dialect.answer(response, told(found));
    skill.versions.splice(skill.versions.indexOf(found), 1);
    return dialect.answer(response, dialect.deleted(version, 'version'));
  }
  if (ofVersions !== undefined) {
    // Both providers turn pages by the ids of versions, whatever those are called in paths.
    if (request.method !== 'POST') return listed(skill.versions, ({ id }) => id, told);
    const made = await received(skill.versions);
    if (!made) return;
    skill.versions.push(made.version);
    return dialect.answer(response, told(made.version));
  }
  if (request.method !== 'DELETE') return dialect.answer(response, dialect.describe(skill));
  if (dialect.keepsVersions && skill.versions.length > 0) {
    const message = 'Cannot delete skill with existing versions. Delete all versions first.';
    return dialect.refuse(response, 400, message);
  }
  skills.splice(skills.indexOf(skill), 1);
  dialect.answer(response, dialect.deleted(id, 'skill'));
}

const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;
