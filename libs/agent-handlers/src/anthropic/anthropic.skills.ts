import type { Anthropic } from '@anthropic-ai/sdk';
import { described } from '../files/described.ts';
import { sdkAnswer, sdkItems } from '../files/sdk-answer.ts';
import { type ProviderSkill, type SkillFile, type SkillPort, uploadable } from '../files/skill-port.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { usesOperatorsAccount } from '../provider-account.ts';
import { anthropicClient } from './anthropic.client.ts';
import type { AnthropicConfiguration } from './anthropic.configuration.ts';

const PAGE = { limit: 100 };

/** Skills of Anthropic's API: what an agent's `skills` setting names by id. */
export class AnthropicSkills implements SkillPort<AnthropicConfiguration> {
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  isShared(configuration: AnthropicConfiguration): boolean {
    return usesOperatorsAccount(configuration);
  }

  async *list(configuration: AnthropicConfiguration) {
    const client = () => anthropicClient(this.options, configuration);
    for await (const skill of sdkItems(client, ({ skills }) => skills.list(PAGE))) yield described(skill);
  }

  async get(configuration: AnthropicConfiguration, skillId: string): Promise<ProviderSkill> {
    return described(await this.ask(configuration, (skills) => skills.retrieve(skillId)));
  }

  async create(
    configuration: AnthropicConfiguration,
    { title: display_name, files: given }: { title?: string; files: readonly SkillFile[] },
  ): Promise<ProviderSkill> {
    const files = given.map(uploadable);
    return described(await this.ask(configuration, (skills) => skills.create({ display_name, files })));
  }

  /** With all its versions: the provider deletes no skill that has any. */
  async delete(configuration: AnthropicConfiguration, skillId: string): Promise<void> {
    await this.ask(configuration, async (skills) => {
      for await (const { id } of skills.versions.list(skillId, PAGE)) {
        await skills.versions.delete(id, { skill_id: skillId });
      }
      return skills.delete(skillId);
    });
  }

  async *versions(configuration: AnthropicConfiguration, skillId: string) {
    const client = () => anthropicClient(this.options, configuration);
    const versions = sdkItems(client, ({ skills }) => skills.versions.list(skillId, PAGE));
    for await (const version of versions) yield described(version);
  }

  async addVersion(
    configuration: AnthropicConfiguration,
    skillId: string,
    given: readonly SkillFile[],
  ): Promise<ProviderSkill> {
    const files = given.map(uploadable);
    return described(await this.ask(configuration, ({ versions }) => versions.create(skillId, { files })));
  }

  async deleteVersion(
    configuration: AnthropicConfiguration,
    skillId: string,
    version: string,
  ): Promise<void> {
    await this.ask(configuration, ({ versions }) => versions.delete(version, { skill_id: skillId }));
  }

  private ask<T>(
    configuration: AnthropicConfiguration,
    request: (skills: Anthropic['skills']) => PromiseLike<T>,
  ): Promise<T> {
    return sdkAnswer(anthropicClient(this.options, configuration), ({ skills }) => request(skills));
  }
}
