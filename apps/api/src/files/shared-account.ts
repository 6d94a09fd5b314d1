import { AppError } from '@agent-engine/errors';
import { Models } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';

/** Under this name a partition's uploads are listed among its tasks, by the provider's id of the file. */
const UPLOAD_FUNCTION = 'upload_file';

/**
 * Whose files are whose in the operator's account at a provider, which does not know our tenants. Every upload leaves
 * a row of the partition; a file without one of its own is missing for it.
 */
@Injectable()
export class SharedAccount {
  @Inject(Models) private readonly models!: Models;

  async claim(
    partition: Partition,
    fileId: string,
    upload: { agentUuid: string; filename: string; updatedBy: string },
  ): Promise<void> {
    const { agentUuid, filename, updatedBy } = upload;
    try {
      await this.models.asyncTask.create(partition, {
        ...keyOf(fileId),
        arguments: { agent_uuid: agentUuid, filename },
        result: fileId,
        status: 'completed',
        updatedBy,
      });
    } catch (error) {
      // The same file again is the same claim; that of another partition stays theirs.
      if (!AppError.is(error, 'entity.conflict')) throw error;
      await this.assertOwn(partition, fileId);
    }
  }

  /** @throws AppError `provider.notFound`, as the provider answers for a file that does not exist */
  async assertOwn(partition: Partition, fileId: string): Promise<void> {
    if (await this.models.asyncTask.get(partition, keyOf(fileId))) return;
    const { ProviderError } = await import('@agent-engine/agent-handlers');
    throw new ProviderError('provider.notFound');
  }
}

const keyOf = (fileId: string) => ({ functionName: UPLOAD_FUNCTION, asyncTaskUuid: fileId });
