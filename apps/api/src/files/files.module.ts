import { Module } from '@nestjs/common';
import { FileUrls } from './file-urls.ts';
import { PresignedUrlResolver } from './presigned-url.resolver.ts';

@Module({ providers: [FileUrls, PresignedUrlResolver] })
export class FilesModule {}
