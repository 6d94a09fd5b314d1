import { type ToolCall, toolCall } from '@agent-engine/entities';
import { CrudResolver, type GraphqlContext, objectType } from '@agent-engine/graphql';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';
import { RunType } from './run.resolver.ts';

export const ToolCallType = objectType(toolCall, {
  hidden: ['partitionKey', 'endpointId', 'partId', ...NOT_SHOWN],
});

@Resolver(() => ToolCallType)
export class ToolCallResolver extends CrudResolver(toolCall, ToolCallType) {
  @ResolveField(() => RunType, { nullable: true })
  run({ threadUuid, runUuid }: ToolCall, _args: unknown, { loaders }: GraphqlContext) {
    return loaders.run.load({ threadUuid, runUuid });
  }
}
