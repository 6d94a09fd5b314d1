import { usage } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { type GraphqlContext, listType, objectType } from '@agent-engine/graphql';
import { type ListArguments, Models, pageBounds } from '@agent-engine/models';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Int, Query, Resolver } from '@nestjs/graphql';

const UsageType = objectType(usage, { hidden: ['partitionKey', 'endpointId', 'partId', 'usageKey'] });
const UsageListType = listType(usage, UsageType);

@ArgsType()
class UsageListArgs {
  /** First and last day, `YYYY-MM-DD` in UTC, both included. */
  @Field(() => String) dayFrom!: string;
  @Field(() => String, { nullable: true }) dayTo?: string | null;
  @Field(() => String, { nullable: true }) agentUuid?: string | null;
  @Field(() => String, { nullable: true }) userId?: string | null;
  @Field(() => Int, { nullable: true }) pageNumber?: number | null;
  @Field(() => Int, { nullable: true }) limit?: number | null;
  @Field(() => String, { nullable: true }) cursor?: string | null;
}

/** What the runs of the caller's partition have used, one row per run, by the day they were asked. */
@Resolver()
export class UsageResolver {
  @Inject(Models) private readonly models!: Models;

  @Query(() => UsageListType, { nullable: true })
  async usageList(
    @Args() { dayFrom, dayTo, ...args }: UsageListArgs,
    @Context() { partition }: GraphqlContext,
  ): Promise<object> {
    const { pageNumber, limit } = pageBounds(args);
    const wanted: ListArguments = {
      ...args,
      partitionKey: partition.key,
      usageKeyGt: `${day('dayFrom', dayFrom)}#`,
      usageKeyLt: `${day('dayTo', dayTo ?? dayFrom)}#~`,
    };
    const { models } = this;
    const page = await models.usage.list(partition, wanted);
    return {
      pageSize: limit,
      pageNumber,
      // Read only if selected: counting goes through all the days.
      get total() {
        return models.usage.count(partition, wanted);
      },
      nextCursor: page.nextCursor ?? null,
      usageList: page.items,
    };
  }
}

function day(argument: string, value: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))) return value;
  throw new AppError('argument.invalid', `${argument} must be a day such as 2026-01-31.`, {
    details: { argument },
  });
}
