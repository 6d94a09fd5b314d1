import type { OutputFile } from '@agent-engine/agent-handlers';
import { type Models, ProviderClaims } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import type { Logger } from '@agent-engine/observability';
import type { AgentSetup } from './agent-setup.ts';

/** Files of an answer that stay in the operator's account, among those of all tenants, are the partition's from now on. */
export async function claimOutputFiles(
  { models, logger }: { models: Models; logger: Logger },
  partition: Partition,
  { agent, models: choices }: AgentSetup,
  files: readonly OutputFile[],
): Promise<void> {
  // A server that an agent names may claim to have made anything.
  const isShared = choices.every(({ handler, configuration }) => handler.files?.isShared(configuration));
  if (!isShared) return;
  const claims = new ProviderClaims(models);
  const made = { agentUuid: agent.agentUuid, updatedBy: agent.agentUuid };
  await Promise.all(
    files.map(async ({ fileId, filename }) => {
      if (fileId === undefined) return;
      await claims.claim(partition, 'file', fileId, { ...made, filename }).catch((error: unknown) => {
        // The answer is worth having without it; the file is theirs who first ask for it by its name.
        logger.error({ err: error }, 'a file of an answer could not be claimed');
      });
    }),
  );
}
