import { described } from '../files/described.ts';
import { type ProviderSkill, type SkillFile, type SkillPort, uploadable } from '../files/skill-port.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { usesOperatorsOpenAi } from './openai.account.ts';
import { askOpenAi } from './openai.client.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';

const PAGE = 100;

/** Skills of OpenAI's API: what an agent's `skills` setting names by id. */
export class OpenAiSkills implements SkillPort<OpenAiConfiguration> {
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  isShared(configuration: OpenAiConfiguration): boolean {
    return usesOperatorsOpenAi(configuration);
  }

  list(configuration: OpenAiConfiguration): Promise<ProviderSkill[]> {
    return askOpenAi(this.options, configuration, async ({ skills }) => {
      const { data } = await skills.list({ limit: PAGE, order: 'desc' });
      return data.map((one) => described(one));
    });
  }

  get(configuration: OpenAiConfiguration, skillId: string): Promise<ProviderSkill> {
    return askOpenAi(this.options, configuration, async ({ skills }) =>
      described(await skills.retrieve(skillId)),
    );
  }

  /** The provider takes the title from SKILL.md. */
  create(
    configuration: OpenAiConfiguration,
    { files }: { title?: string; files: readonly SkillFile[] },
  ): Promise<ProviderSkill> {
    return askOpenAi(this.options, configuration, async ({ skills }) =>
      described(await skills.create({ files: files.map(uploadable) })),
    );
  }

  async delete(configuration: OpenAiConfiguration, skillId: string): Promise<void> {
    await askOpenAi(this.options, configuration, ({ skills }) => skills.delete(skillId));
  }

  versions(configuration: OpenAiConfiguration, skillId: string): Promise<ProviderSkill[]> {
    return askOpenAi(this.options, configuration, async ({ skills }) => {
      const { data } = await skills.versions.list(skillId, { limit: PAGE, order: 'desc' });
      return data.map((one) => described(one));
    });
  }

  addVersion(
    configuration: OpenAiConfiguration,
    skillId: string,
    files: readonly SkillFile[],
  ): Promise<ProviderSkill> {
    return askOpenAi(this.options, configuration, async ({ skills }) =>
      described(await skills.versions.create(skillId, { files: files.map(uploadable), default: true })),
    );
  }

  async deleteVersion(configuration: OpenAiConfiguration, skillId: string, version: string): Promise<void> {
    await askOpenAi(this.options, configuration, ({ skills }) =>
      skills.versions.delete(version, { skill_id: skillId }),
    );
  }
}
