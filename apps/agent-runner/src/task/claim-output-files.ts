import type { OutputFile } from '@agent-engine/agent-handlers';
import { type Models, ProviderClaims } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import type { Logger } from '@agent-engine/observability';

/** Files of an answer that stay in the operator's account, among those of all tenants, are the partition's from now on. */
export async function claimOutputFiles(
  { models, logger }: { models: Models; logger: Logger },
  partition: Partition,
  agentUuid = '',
  files: readonly OutputFile[],
): Promise<void> {
  const claims = new ProviderClaims(models);
  await Promise.all(
    files.map(async ({ fileId, filename, isShared }) => {
      if (fileId === undefined || !isShared) return;
      const made = { agentUuid, updatedBy: agentUuid, filename };
      await claims.claim(partition, 'file', fileId, made).catch((error: unknown) => {
        // The answer is worth having without it; the file is theirs who first ask for it by its name.
        logger.error({ err: error }, 'a file of an answer could not be claimed');
      });
    }),
  );
}
