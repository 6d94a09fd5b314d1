import { type EgressGuard, fetchFile, type MessageFile } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import {
  fileBytes,
  type InputFile,
  MAX_FILE_BYTES,
  MAX_QUESTION_FILE_BYTES,
  mediaTypeOf,
  type PartitionFiles,
} from '@agent-engine/files';
import type { Partition } from '@agent-engine/partition';

/**
 * The contents of a question's files, one after the other so that their sum stays bounded.
 * @throws AppError `argument.*`, `egress.forbidden`, `entity.notFound`, `storage.unavailable`
 */
export async function questionFiles(
  sources: { files: PartitionFiles; egress: EgressGuard },
  partition: Partition,
  inputFiles: readonly InputFile[],
  signal: AbortSignal,
): Promise<MessageFile[]> {
  const loaded: MessageFile[] = [];
  let left = MAX_QUESTION_FILE_BYTES;
  for (const file of inputFiles) {
    const limits = { maxBytes: Math.min(MAX_FILE_BYTES, left), signal };
    const content = await contentOf(sources, partition, file, limits);
    left -= content.length;
    const { filename } = file;
    loaded.push({
      filename,
      mediaType: mediaTypeOf(filename),
      content: Buffer.from(content).toString('base64'),
    });
  }
  return loaded;
}

async function contentOf(
  { files, egress }: { files: PartitionFiles; egress: EgressGuard },
  partition: Partition,
  file: InputFile,
  limits: { maxBytes: number; signal: AbortSignal },
): Promise<Uint8Array> {
  if ('object_key' in file) return files.get(partition, file.object_key, limits);
  if ('file_uri' in file) return fetchFile(egress, file.file_uri, limits);
  const content = fileBytes(file.encoded_content);
  if (content && content.length <= limits.maxBytes) return content;
  throw new AppError('argument.tooLarge', `The files of a question have too many bytes.`);
}
