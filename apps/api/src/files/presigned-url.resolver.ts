import { PartitionContext } from '@agent-engine/partition';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { FileUrls, type FileUrlWish } from './file-urls.ts';

@ObjectType('PresignedAWSS3UrlType')
export class PresignedUrlType {
  @Field(() => String, { nullable: true }) url!: string;
  @Field(() => String, { nullable: true }) objectKey!: string;
  @Field(() => Int, { nullable: true }) expiration!: number;
}

@ArgsType()
class PresignedUrlArgs implements FileUrlWish {
  @Field(() => String, { nullable: true }) clientMethod?: string | null;
  @Field(() => String) objectKey!: string;
  @Field(() => Int, { nullable: true }) expiration?: number | null;
}

@Resolver()
export class PresignedUrlResolver {
  @Inject(FileUrls) private readonly files!: FileUrls;
  @Inject(PartitionContext) private readonly partition!: PartitionContext;

  @Query(() => PresignedUrlType)
  presignedAwsS3Url(@Args() wish: PresignedUrlArgs): Promise<PresignedUrlType> {
    return this.files.presign(this.partition.current, wish);
  }
}
