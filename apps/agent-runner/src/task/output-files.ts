import type { JsonObject, OutputFile } from '@agent-engine/agent-handlers';
import { mediaTypeOf, type PartitionFiles } from '@agent-engine/files';
import type { Logger } from '@agent-engine/observability';
import type { Partition } from '@agent-engine/partition';

/** The files of an answer as its task names them: contents go into the partition's storage, under the run. */
export async function keepOutputFiles(
  storage: PartitionFiles,
  partition: Partition,
  runUuid: string,
  files: readonly OutputFile[],
  logger: Logger,
): Promise<JsonObject[]> {
  const kept = await Promise.all(
    files.map(async ({ content, fileId, containerId, ...file }, i): Promise<JsonObject | undefined> => {
      const mediaType = file.mediaType ?? mediaTypeOf(file.filename ?? '');
      const filename = file.filename ?? `file-${i + 1}`;
      const facts = { filename, media_type: mediaType };
      if (content === undefined) {
        return { ...facts, file_id: fileId ?? null, ...(containerId && { container_id: containerId }) };
      }
      // Names are the provider's, and may be anything: the place makes the key.
      const key = `outputs/${encodeURIComponent(runUuid)}/${i + 1}`;
      try {
        await storage.put(partition, key, { content: Buffer.from(content, 'base64'), mediaType });
        return { ...facts, object_key: key };
      } catch (error) {
        // The answer is worth having without it.
        logger.error({ err: error }, 'a file of an answer could not be stored');
        return undefined;
      }
    }),
  );
  return kept.filter((file) => file !== undefined);
}
