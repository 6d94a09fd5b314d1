import { AppError } from '@agent-engine/errors';
import { PartitionFiles } from '@agent-engine/files';
import type { Partition } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';

const DEFAULT_EXPIRATION = 3600;
/** What signatures of this kind can be valid for: seven days. */
const MAX_EXPIRATION = 604_800;

const METHODS = ['get_object', 'put_object'] as const;
type Method = (typeof METHODS)[number];

export interface FileUrlWish {
  clientMethod?: string | null;
  objectKey: string;
  /** Seconds. */
  expiration?: number | null;
}

/** URLs with which a browser reads or writes one file of a partition directly. Signing asks nobody. */
@Injectable()
export class FileUrls {
  @Inject(PartitionFiles) private readonly files!: PartitionFiles;

  /** @throws AppError `argument.*`; `storage.unavailable` where there is no bucket */
  async presign(partition: Partition, wish: FileUrlWish) {
    const method = methodOf(wish.clientMethod);
    const expiresIn = secondsOf(wish.expiration);
    const target = this.files.locate(partition, wish.objectKey);
    const [{ GetObjectCommand, PutObjectCommand }, { getSignedUrl }] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/s3-request-presigner'),
    ]);
    const command = method === 'get_object' ? new GetObjectCommand(target) : new PutObjectCommand(target);
    const url = await getSignedUrl(await this.files.connect(), command, { expiresIn });
    return { url, objectKey: wish.objectKey, expiration: expiresIn };
  }
}

function methodOf(clientMethod: string | null = null): Method {
  const method = METHODS.find((known) => known === (clientMethod ?? 'put_object'));
  if (!method) throw invalid('clientMethod', `must be one of ${METHODS.join(', ')}`);
  return method;
}

function secondsOf(expiration: number | null = null): number {
  const seconds = expiration || DEFAULT_EXPIRATION;
  if (seconds < 1 || seconds > MAX_EXPIRATION) {
    throw invalid('expiration', `must be 1 to ${MAX_EXPIRATION} seconds`);
  }
  return seconds;
}

const invalid = (argument: string, rule: string) =>
  new AppError('argument.invalid', `${argument} ${rule}.`, { details: { argument } });
