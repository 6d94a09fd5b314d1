import type { FilePort, ProviderFile } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import { MAX_FILE_BYTES, mediaTypeOf } from '@agent-engine/files';
import { everyone, Models } from '@agent-engine/models';
import { type Partition, PartitionContext } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';
import { AgentHandlers } from '../handlers/agent-handlers.ts';
import { fileArguments, type UploadArguments } from './provider-file.arguments.ts';
import { SharedAccount } from './shared-account.ts';

interface AgentFiles {
  port: FilePort;
  configuration: unknown;
  partition: Partition;
}

/** The files of agents at their providers. Every agent asks with its own account, or with the operator's. */
@Injectable()
export class ProviderFiles {
  @Inject(Models) private readonly models!: Models;
  @Inject(PartitionContext) private readonly partition!: PartitionContext;
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
      await this.sharedAccount.claim(partition, file.id, { agentUuid, filename, updatedBy });
    }
    return shown(port, file);
  }

  async get(agentUuid: string, given: unknown) {
    const wish = fileArguments.get(given);
    const { port, configuration, partition } = await this.filesOf(agentUuid);
    if (port.isShared(configuration)) await this.sharedAccount.assertOwn(partition, wish.id);
    return shown(port, await port.get(configuration, wish));
  }

  async output(agentUuid: string, given: unknown) {
    const wish = fileArguments.output(given);
    const { port, configuration } = await this.filesOf(agentUuid);
    return shown(port, await port.output(configuration, wish));
  }

  /** @throws AppError `entity.notFound`, `handler.*`, `argument.invalid` for the agent's configuration */
  private async filesOf(agentUuid: string): Promise<AgentFiles> {
    const partition = this.partition.current;
    const agent = await this.models.agent.active(partition, agentUuid);
    if (!agent) {
      throw new AppError('entity.notFound', 'There is no such agent, or none of its versions is active.', {
        details: { argument: 'agentUuid' },
      });
    }
    const { llmProvider, llmName } = agent;
    const llm = await this.models.llm.get(everyone, { llmProvider, llmName });
    if (!llm) throw new AppError('entity.notFound', 'The llm of the agent does not exist.');
    const { parseConfiguration } = await import('@agent-engine/agent-handlers');
    const handler = await (await this.handlers.connect()).handlers.resolve(llm);
    if (!handler.files) throw new AppError('handler.unsupported', 'The llm of this agent keeps no files.');
    const configuration = parseConfiguration(handler.configuration, agent.configuration);
    return { port: handler.files, configuration, partition };
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
