import type { FilePort, ProviderFile } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import { MAX_FILE_BYTES, mediaTypeOf } from '@agent-engine/files';
import { Inject, Injectable } from '@nestjs/common';
import { AgentHandlers } from '../handlers/agent-handlers.ts';
import { HandlersOfAgents } from './handlers-of-agents.ts';
import { firstOf } from './first-of.ts';
import { fileArguments, type UploadArguments } from './provider.arguments.ts';
import { SharedAccount } from './shared-account.ts';

/** The files of agents at their providers. Every agent asks with its own account, or with the operator's. */
@Injectable()
export class ProviderFiles {
  @Inject(HandlersOfAgents) private readonly agents!: HandlersOfAgents;
  @Inject(SharedAccount) private readonly sharedAccount!: SharedAccount;
  @Inject(AgentHandlers) private readonly handlers!: AgentHandlers;

  /** @param updatedBy who asks, for the record */
  async upload(agentUuid: string, given: unknown, updatedBy: string) {
    const wish = fileArguments.upload(given);
    const { port, configuration, partition } = await this.filesOf(agentUuid);
    const { filename, purpose } = wish;
    const content = await this.contentOf(wish);
    const file = await port.upload(configuration, {
      filename,
      content,
      mediaType: mediaTypeOf(filename),
      purpose: purpose ?? undefined,
    });
    if (port.isShared(configuration)) {
      await this.sharedAccount.claim(partition, 'file', file.id, { agentUuid, filename, updatedBy });
    }
    return shown(port, file);
  }

  async get(agentUuid: string, given: unknown) {
    const wish = fileArguments.get(given);
    const { port, configuration, partition } = await this.filesOf(agentUuid);
    if (port.isShared(configuration)) await this.sharedAccount.assertOwn(partition, 'file', wish.id);
    return shown(port, await port.get(configuration, wish));
  }

  /** Newest first, as many as a page of ours has. */
  async list(agentUuid: string, given: unknown) {
    const { purpose } = fileArguments.list(given);
    const { port, configuration, partition } = await this.filesOf(agentUuid);
    const all = port.list(configuration, { purpose: purpose ?? undefined });
    const seen = port.isShared(configuration) ? this.sharedAccount.own(partition, 'file', all) : all;
    return (await firstOf(seen)).map((file) => shown(port, file));
  }

  async delete(agentUuid: string, given: unknown): Promise<void> {
    const { id } = fileArguments.get(given);
    const { port, configuration, partition } = await this.filesOf(agentUuid);
    const isShared = port.isShared(configuration);
    if (isShared) await this.sharedAccount.assertOwn(partition, 'file', id);
    await port.delete(configuration, id);
    if (isShared) await this.sharedAccount.forget(partition, 'file', id);
  }

  /** On the operator's account a file is its run's partition's; one that is nobody's yet is theirs who first name it. */
  async output(agentUuid: string, given: unknown, updatedBy: string) {
    const wish = fileArguments.output(given);
    const { port, configuration, partition } = await this.filesOf(agentUuid);
    const file = await port.output(configuration, wish);
    if (port.isShared(configuration)) {
      await this.sharedAccount.claim(partition, 'file', file.id, { agentUuid, updatedBy });
    }
    return shown(port, file);
  }

  private async filesOf(agentUuid: string) {
    const { handler, ...agent } = await this.agents.of(agentUuid);
    if (handler.files) return { ...agent, port: handler.files };
    throw new AppError('handler.unsupported', 'The llm of this agent keeps no files.');
  }

  private async contentOf({ encoded_content, file_uri }: UploadArguments): Promise<Uint8Array<ArrayBuffer>> {
    if (encoded_content != null) return encoded_content;
    const { fetchFile } = await import('@agent-engine/agent-handlers');
    return fetchFile((await this.handlers.connect()).egress, file_uri ?? '', { maxBytes: MAX_FILE_BYTES });
  }
}

const shown = ({ identity }: FilePort, { id, detail }: ProviderFile) => ({
  identity,
  value: id,
  fileDetail: detail,
});
