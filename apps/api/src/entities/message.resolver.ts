import { type Message, message } from '@agent-engine/entities';
import { CrudResolver, type GraphqlContext, objectType } from '@agent-engine/graphql';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';
import { RunType } from './run.resolver.ts';

export const MessageType = objectType(message, {
  hidden: ['partitionKey', 'endpointId', 'partId', ...NOT_SHOWN],
});

@Resolver(() => MessageType)
export class MessageResolver extends CrudResolver(message, MessageType) {
  @ResolveField(() => RunType, { nullable: true })
  run({ threadUuid, runUuid }: Message, _args: unknown, { loaders }: GraphqlContext) {
    return loaders.run.load({ threadUuid, runUuid });
  }
}
