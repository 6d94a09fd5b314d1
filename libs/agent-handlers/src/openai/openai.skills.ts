import type { OpenAI } from 'openai';
import { described } from '../files/described.ts';
import { sdkAnswer, sdkItems } from '../files/sdk-answer.ts';
import { type ProviderSkill, type SkillFile, type SkillPort, uploadable } from '../files/skill-port.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { usesOperatorsOpenAi } from './openai.account.ts';
import { openAiClient } from './openai.client.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';

const PAGE = { limit: 100, order: 'desc' } as const;

/** Skills of OpenAI's API: what an agent's `skills` setting names by id. Versions are known by their number. */
export class OpenAiSkills implements SkillPort<OpenAiConfiguration> {
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  isShared(configuration: OpenAiConfiguration): boolean {
    return usesOperatorsOpenAi(configuration);
  }

  async *list(configuration: OpenAiConfiguration) {
    const client = () => openAiClient(this.options, configuration);
    for await (const skill of sdkItems(client, ({ skills }) => skills.list(PAGE))) yield described(skill);
  }

  async get(configuration: OpenAiConfiguration, skillId: string): Promise<ProviderSkill> {
    return described(await this.ask(configuration, (skills) => skills.retrieve(skillId)));
  }

  /** The provider takes the title from SKILL.md. */
  async create(
    configuration: OpenAiConfiguration,
    { files: given }: { title?: string; files: readonly SkillFile[] },
  ): Promise<ProviderSkill> {
    const files = given.map(uploadable);
    return described(await this.ask(configuration, (skills) => skills.create({ files })));
  }

  async delete(configuration: OpenAiConfiguration, skillId: string): Promise<void> {
    await this.ask(configuration, (skills) => skills.delete(skillId));
  }

  async *versions(configuration: OpenAiConfiguration, skillId: string) {
    const client = () => openAiClient(this.options, configuration);
    const versions = sdkItems(client, ({ skills }) => skills.versions.list(skillId, PAGE));
    for await (const version of versions) yield described(version, 'version');
  }

  async addVersion(
    configuration: OpenAiConfiguration,
    skillId: string,
    given: readonly SkillFile[],
  ): Promise<ProviderSkill> {
    const body = { files: given.map(uploadable), default: true };
    const made = await this.ask(configuration, ({ versions }) => versions.create(skillId, body));
    return described(made, 'version');
  }

  async deleteVersion(configuration: OpenAiConfiguration, skillId: string, version: string): Promise<void> {
    await this.ask(configuration, ({ versions }) => versions.delete(version, { skill_id: skillId }));
  }

  private ask<T>(
    configuration: OpenAiConfiguration,
    request: (skills: OpenAI['skills']) => PromiseLike<T>,
  ): Promise<T> {
    return sdkAnswer(openAiClient(this.options, configuration), ({ skills }) => request(skills));
  }
}
