import type { S3Client } from '@aws-sdk/client-s3';
import type { ApiConfig } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import type { Partition } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';
import { API_CONFIG } from '../core/core.tokens.ts';
import { objectKey } from './object-key.ts';

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
  @Inject(API_CONFIG) private readonly config!: ApiConfig;
  private client: Promise<S3Client> | undefined;

  /** @throws AppError `argument.*`; `storage.unavailable` where there is no bucket */
  async presign(partition: Partition, wish: FileUrlWish) {
    const method = methodOf(wish.clientMethod);
    const expiresIn = secondsOf(wish.expiration);
    const { bucket, keyPrefix } = this.config.aws.s3;
    if (!bucket) throw new AppError('storage.unavailable', 'This engine has no storage for files.');
    const target = { Bucket: bucket, Key: objectKey(keyPrefix, partition, wish.objectKey) };
    const [{ GetObjectCommand, PutObjectCommand }, { getSignedUrl }] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/s3-request-presigner'),
    ]);
    const command = method === 'get_object' ? new GetObjectCommand(target) : new PutObjectCommand(target);
    const url = await getSignedUrl(await (this.client ??= this.createClient()), command, { expiresIn });
    return { url, objectKey: wish.objectKey, expiration: expiresIn };
  }

  /** The first URL brings the SDK into memory: many engines never sign one. */
  private async createClient(): Promise<S3Client> {
    const { S3Client } = await import('@aws-sdk/client-s3');
    const { region, s3 } = this.config.aws;
    return new S3Client({
      region,
      endpoint: s3.endpoint,
      forcePathStyle: s3.endpoint !== undefined,
      // Otherwise the URL would carry the checksum of an empty body, and no other could be uploaded.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
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
