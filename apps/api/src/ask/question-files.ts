import { randomUUID } from 'node:crypto';
import type { ApiConfig } from '@agent-engine/config';
import { fileBytes, type InputFile, mediaTypeOf, PartitionFiles, readInputFiles } from '@agent-engine/files';
import type { Partition } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';
import { API_CONFIG } from '../core/core.tokens.ts';

/** What the files of one question may take in its task's row, which clients list by the hundred. */
const MAX_INLINE_BYTES = 8 * 1024;

/** Files on their way from the asker to the runner: a few small ones in the task, others in the partition's storage. */
@Injectable()
export class QuestionFiles {
  @Inject(API_CONFIG) private readonly config!: ApiConfig;
  @Inject(PartitionFiles) private readonly files!: PartitionFiles;

  /**
   * The files of a question as they came, checked as far as that goes without fetching or storing anything.
   * @throws AppError `argument.*`, `egress.forbidden`, `storage.unavailable`
   */
  async read(partition: Partition, given: unknown): Promise<InputFile[]> {
    const files = readInputFiles(given);
    const uris = files.flatMap((file) => ('file_uri' in file ? [file.file_uri] : []));
    if (uris.length > 0) {
      const { createEgressGuard } = await import('@agent-engine/agent-handlers');
      const { check } = createEgressGuard(this.config.egressAllow);
      uris.forEach((uri) => check(uri));
    }
    for (const file of files) if ('object_key' in file) this.files.locate(partition, file.object_key);
    return files;
  }

  /**
   * The files as the task shall hold them. Ids, not names, make the keys: askers choose names.
   * @throws AppError `storage.unavailable`
   */
  async keep(partition: Partition, files: readonly InputFile[]): Promise<InputFile[]> {
    const contents = files.map((file) =>
      'encoded_content' in file ? fileBytes(file.encoded_content) : undefined,
    );
    const total = contents.reduce((sum, content) => sum + (content?.length ?? 0), 0);
    if (total <= MAX_INLINE_BYTES) return [...files];
    return Promise.all(
      files.map(async (file, index) => {
        const content = contents[index];
        if (!content) return file;
        const { filename } = file;
        const object_key = `input_files/${randomUUID()}`;
        await this.files.put(partition, object_key, { content, mediaType: mediaTypeOf(filename) });
        return { filename, object_key };
      }),
    );
  }
}
