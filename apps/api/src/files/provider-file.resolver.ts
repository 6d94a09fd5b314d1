import { type GraphqlContext, JsonCamelCase } from '@agent-engine/graphql';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { ProviderFiles } from './provider-files.ts';

@ObjectType('FileType')
class FileType {
  @Field(() => String, { nullable: true }) identity!: string;
  @Field(() => String, { nullable: true }) value!: string;
  @Field(() => JsonCamelCase, { nullable: true }) fileDetail!: Record<string, unknown>;
}

@ObjectType('UploadFile')
class UploadFile {
  @Field(() => FileType, { nullable: true }) uploadedFile!: FileType;
}

@ObjectType('DeleteUploadedFile')
class DeleteUploadedFile {
  @Field(() => Boolean, { nullable: true }) ok!: boolean;
}

@ObjectType('UploadedFileListType')
class UploadedFileListType {
  @Field(() => [FileType], { nullable: 'itemsAndList' }) uploadedFileList!: FileType[];
}

@ArgsType()
class FileListArgs {
  @Field(() => String) agentUuid!: string;
  @Field(() => JsonCamelCase, { nullable: true }) arguments: unknown;
}

@ArgsType()
class FileArgs {
  @Field(() => String) agentUuid!: string;
  @Field(() => JsonCamelCase) arguments!: unknown;
}

@Resolver()
export class ProviderFileResolver {
  @Inject(ProviderFiles) private readonly files!: ProviderFiles;

  @Mutation(() => UploadFile, { nullable: true })
  async uploadFile(@Args() args: FileArgs, @Context() { identity }: GraphqlContext): Promise<UploadFile> {
    const updatedBy = identity.subject ?? 'api';
    return { uploadedFile: await this.files.upload(args.agentUuid, args.arguments, updatedBy) };
  }

  @Mutation(() => DeleteUploadedFile, { nullable: true })
  async deleteUploadedFile(@Args() args: FileArgs): Promise<DeleteUploadedFile> {
    await this.files.delete(args.agentUuid, args.arguments);
    return { ok: true };
  }

  @Query(() => UploadedFileListType, { nullable: true })
  async uploadedFileList(@Args() args: FileListArgs): Promise<UploadedFileListType> {
    return { uploadedFileList: await this.files.list(args.agentUuid, args.arguments) };
  }

  @Query(() => FileType, { nullable: true })
  uploadedFile(@Args() args: FileArgs): Promise<FileType> {
    return this.files.get(args.agentUuid, args.arguments);
  }

  @Query(() => FileType, { nullable: true })
  outputFile(@Args() args: FileArgs, @Context() { identity }: GraphqlContext): Promise<FileType> {
    return this.files.output(args.agentUuid, args.arguments, identity.subject ?? 'api');
  }
}
