import { type GraphqlContext, JsonCamelCase } from '@agent-engine/graphql';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { ProviderSkills } from './provider-skills.ts';

@ObjectType('SkillType')
class SkillType {
  @Field(() => String, { nullable: true }) skillId!: string;
  @Field(() => JsonCamelCase, { nullable: true }) skillDetail!: Record<string, unknown>;
}

@ObjectType('SkillVersionType')
class SkillVersionType extends SkillType {
  @Field(() => String, { nullable: true }) version!: string;
}

@ObjectType('SkillListType')
class SkillListType {
  @Field(() => [SkillType], { nullable: 'itemsAndList' }) skillList!: SkillType[];
}

@ObjectType('SkillVersionListType')
class SkillVersionListType {
  @Field(() => [SkillVersionType], { nullable: 'itemsAndList' }) skillVersionList!: SkillVersionType[];
}

@ObjectType('CreateSkill')
class CreateSkill {
  @Field(() => SkillType, { nullable: true }) skill!: SkillType;
}

@ObjectType('CreateSkillVersion')
class CreateSkillVersion {
  @Field(() => SkillVersionType, { nullable: true }) skillVersion!: SkillVersionType;
}

@ObjectType('DeleteSkill')
class DeleteSkill {
  @Field(() => Boolean, { nullable: true }) ok!: boolean;
}

@ArgsType()
class SkillArgs {
  @Field(() => String) agentUuid!: string;
  @Field(() => JsonCamelCase) arguments!: unknown;
}

@Resolver()
export class ProviderSkillResolver {
  @Inject(ProviderSkills) private readonly skills!: ProviderSkills;

  @Query(() => SkillListType, { nullable: true })
  async skillList(@Args('agentUuid', { type: () => String }) agentUuid: string): Promise<SkillListType> {
    return { skillList: await this.skills.list(agentUuid) };
  }

  @Query(() => SkillType, { nullable: true })
  skill(@Args() args: SkillArgs): Promise<SkillType> {
    return this.skills.get(args.agentUuid, args.arguments);
  }

  @Query(() => SkillVersionListType, { nullable: true })
  async skillVersionList(@Args() args: SkillArgs): Promise<SkillVersionListType> {
    return { skillVersionList: await this.skills.versions(args.agentUuid, args.arguments) };
  }

  @Mutation(() => CreateSkill, { nullable: true })
  async createSkill(@Args() args: SkillArgs, @Context() { identity }: GraphqlContext): Promise<CreateSkill> {
    const updatedBy = identity.subject ?? 'api';
    return { skill: await this.skills.create(args.agentUuid, args.arguments, updatedBy) };
  }

  @Mutation(() => CreateSkillVersion, { nullable: true })
  async createSkillVersion(@Args() args: SkillArgs): Promise<CreateSkillVersion> {
    return { skillVersion: await this.skills.createVersion(args.agentUuid, args.arguments) };
  }

  @Mutation(() => DeleteSkill, { nullable: true })
  async deleteSkill(@Args() args: SkillArgs): Promise<DeleteSkill> {
    await this.skills.delete(args.agentUuid, args.arguments);
    return { ok: true };
  }
}
