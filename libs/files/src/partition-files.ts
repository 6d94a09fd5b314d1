import type { AwsConfig } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import type { Partition } from '@agent-engine/partition';
import type { S3Client } from '@aws-sdk/client-s3';
import { objectKey } from './object-key.ts';
import { createS3Client } from './s3-client.ts';

/** The files of partitions in the bucket, by the keys their owners know. No key reaches out of its partition. */
export class PartitionFiles {
  private readonly config: AwsConfig;
  private client: Promise<S3Client> | undefined;

  /** Connects with the first file. */
  constructor(config: AwsConfig) {
    this.config = config;
  }

  /**
   * Where a file is.
   * @throws AppError `argument.*` for an impossible key; `storage.unavailable` where there is no bucket
   */
  locate(partition: Partition, plainKey: string): { Bucket: string; Key: string } {
    const { bucket, keyPrefix } = this.config.s3;
    if (!bucket) throw new AppError('storage.unavailable', 'This engine has no storage for files.');
    return { Bucket: bucket, Key: objectKey(keyPrefix, partition, plainKey) };
  }

  connect(): Promise<S3Client> {
    return (this.client ??= createS3Client(this.config));
  }

  /** @throws AppError `storage.unavailable` */
  async put(partition: Partition, plainKey: string, file: { content: Uint8Array; mediaType: string }) {
    const target = this.locate(partition, plainKey);
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const command = new PutObjectCommand({ ...target, Body: file.content, ContentType: file.mediaType });
    await (await this.connect()).send(command).catch(unavailable);
  }

  /** @throws AppError `entity.notFound`, `argument.tooLarge`, `storage.unavailable` */
  async get(
    partition: Partition,
    plainKey: string,
    { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal },
  ): Promise<Uint8Array> {
    const target = this.locate(partition, plainKey);
    const { GetObjectCommand, NoSuchKey } = await import('@aws-sdk/client-s3');
    try {
      const client = await this.connect();
      const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand(target), {
        abortSignal: signal,
      });
      if (Body && ContentLength <= maxBytes) return await Body.transformToByteArray();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof NoSuchKey) throw new AppError('entity.notFound', 'There is no such file.');
      unavailable(error);
    }
    throw new AppError('argument.tooLarge', `A file may have at most ${maxBytes} bytes.`);
  }

  async close(): Promise<void> {
    (await this.client)?.destroy();
  }
}

function unavailable(cause: unknown): never {
  throw new AppError('storage.unavailable', 'The storage of files does not answer.', { cause });
}
