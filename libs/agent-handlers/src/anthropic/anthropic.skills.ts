import { described } from '../files/described.ts';
import { type ProviderSkill, type SkillFile, type SkillPort, uploadable } from '../files/skill-port.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { usesOperatorsAccount } from '../provider-account.ts';
import { askAnthropic } from './anthropic.client.ts';
import type { AnthropicConfiguration } from './anthropic.configuration.ts';

const PAGE = 100;

/** Skills of Anthropic's API: what an agent's `skills` setting names by id. */
export class AnthropicSkills implements SkillPort<AnthropicConfiguration> {
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  isShared(configuration: AnthropicConfiguration): boolean {
    return usesOperatorsAccount(configuration);
  }

  list(configuration: AnthropicConfiguration): Promise<ProviderSkill[]> {
    return askAnthropic(this.options, configuration, async ({ skills }) => {
      const { data } = await skills.list({ limit: PAGE });
      return data.map((skill) => described(skill));
    });
  }

  get(configuration: AnthropicConfiguration, skillId: string): Promise<ProviderSkill> {
    return askAnthropic(this.options, configuration, async ({ skills }) =>
      described(await skills.retrieve(skillId)),
    );
  }

  create(
    configuration: AnthropicConfiguration,
    { title, files }: { title?: string; files: readonly SkillFile[] },
  ): Promise<ProviderSkill> {
    return askAnthropic(this.options, configuration, async ({ skills }) =>
      described(await skills.create({ display_name: title, files: files.map(uploadable) })),
    );
  }

  /** With all its versions: the provider deletes no skill that has any. */
  async delete(configuration: AnthropicConfiguration, skillId: string): Promise<void> {
    await askAnthropic(this.options, configuration, async ({ skills }) => {
      for await (const { id: version } of skills.versions.list(skillId, { limit: PAGE })) {
        await skills.versions.delete(version, { skill_id: skillId });
      }
      return skills.delete(skillId);
    });
  }

  versions(configuration: AnthropicConfiguration, skillId: string): Promise<ProviderSkill[]> {
    return askAnthropic(this.options, configuration, async ({ skills }) => {
      const { data } = await skills.versions.list(skillId, { limit: PAGE });
      return data.map((version) => described(version));
    });
  }

  addVersion(
    configuration: AnthropicConfiguration,
    skillId: string,
    files: readonly SkillFile[],
  ): Promise<ProviderSkill> {
    return askAnthropic(this.options, configuration, async ({ skills }) =>
      described(await skills.versions.create(skillId, { files: files.map(uploadable) })),
    );
  }

  async deleteVersion(
    configuration: AnthropicConfiguration,
    skillId: string,
    version: string,
  ): Promise<void> {
    await askAnthropic(this.options, configuration, ({ skills }) =>
      skills.versions.delete(version, { skill_id: skillId }),
    );
  }
}
