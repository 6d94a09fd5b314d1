import type { ProviderSkill } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import { Inject, Injectable } from '@nestjs/common';
import { HandlersOfAgents } from './handlers-of-agents.ts';
import { firstOf } from './first-of.ts';
import { skillArguments } from './provider.arguments.ts';
import { SharedAccount } from './shared-account.ts';

/** The skills of agents at their providers, where there are such. Accounts are those of {@link ProviderFiles}. */
@Injectable()
export class ProviderSkills {
  @Inject(HandlersOfAgents) private readonly agents!: HandlersOfAgents;
  @Inject(SharedAccount) private readonly sharedAccount!: SharedAccount;

  async list(agentUuid: string) {
    const { port, configuration, partition } = await this.skillsOf(agentUuid);
    const all = port.list(configuration);
    const seen = port.isShared(configuration) ? this.sharedAccount.own(partition, 'skill', all) : all;
    return (await firstOf(seen)).map(skill);
  }

  async get(agentUuid: string, given: unknown) {
    const { skill_id } = skillArguments.get(given);
    const { port, configuration } = await this.ownSkill(agentUuid, skill_id);
    return skill(await port.get(configuration, skill_id));
  }

  async versions(agentUuid: string, given: unknown) {
    const { skill_id } = skillArguments.get(given);
    const { port, configuration } = await this.ownSkill(agentUuid, skill_id);
    return (await firstOf(port.versions(configuration, skill_id))).map(versionOf(skill_id));
  }

  /** @param updatedBy who asks, for the record */
  async create(agentUuid: string, given: unknown, updatedBy: string) {
    const { title, files } = skillArguments.create(given);
    const { port, configuration, partition } = await this.skillsOf(agentUuid);
    const made = await port.create(configuration, { title: title ?? undefined, files });
    if (port.isShared(configuration)) {
      await this.sharedAccount.claim(partition, 'skill', made.id, { agentUuid, updatedBy });
    }
    return skill(made);
  }

  async createVersion(agentUuid: string, given: unknown) {
    const { skill_id, files } = skillArguments.createVersion(given);
    const { port, configuration } = await this.ownSkill(agentUuid, skill_id);
    return versionOf(skill_id)(await port.addVersion(configuration, skill_id, files));
  }

  /** One version, or all of it. */
  async delete(agentUuid: string, given: unknown): Promise<void> {
    const { skill_id, version } = skillArguments.delete(given);
    const { port, configuration, partition } = await this.ownSkill(agentUuid, skill_id);
    if (version != null) return port.deleteVersion(configuration, skill_id, version);
    await port.delete(configuration, skill_id);
    if (port.isShared(configuration)) await this.sharedAccount.forget(partition, 'skill', skill_id);
  }

  private async ownSkill(agentUuid: string, skillId: string) {
    const found = await this.skillsOf(agentUuid);
    const { port, configuration, partition } = found;
    if (port.isShared(configuration)) await this.sharedAccount.assertOwn(partition, 'skill', skillId);
    return found;
  }

  private async skillsOf(agentUuid: string) {
    const { handler, ...agent } = await this.agents.of(agentUuid);
    if (handler.skills) return { ...agent, port: handler.skills };
    throw new AppError('handler.unsupported', 'The llm of this agent has no skills.');
  }
}

const skill = ({ id, detail }: ProviderSkill) => ({ skillId: id, skillDetail: detail });
const versionOf =
  (skillId: string) =>
  ({ id, detail }: ProviderSkill) => ({ skillId, version: id, skillDetail: detail });
