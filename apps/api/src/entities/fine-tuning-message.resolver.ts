import { fineTuningMessage } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { CrudResolver, type GraphqlContext, objectType } from '@agent-engine/graphql';
import { Int, Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';

export const FineTuningMessageType = objectType(fineTuningMessage, {
  hidden: ['partitionKey', 'partId', ...NOT_SHOWN],
});

@Resolver(() => FineTuningMessageType)
export class FineTuningMessageResolver extends CrudResolver(fineTuningMessage, FineTuningMessageType, {
  types: { weight: () => Int },
  // Our clock dates messages; clients send the argument all the same.
  extra: { timestamp: () => Int },
}) {
  override async save(args: Record<string, unknown>, context: GraphqlContext) {
    const { partition } = context;
    const agents = await this.models.agent.list(partition, { agentUuid: args.agentUuid, limit: 1 });
    if (agents.items.length === 0)
      throw new AppError('entity.notFound', 'There is no such agent.', {
        details: { argument: 'agentUuid' },
      });
    return super.save(args, context);
  }

  override async list(args: Record<string, unknown>, context: GraphqlContext) {
    if (args.agentUuid == null) {
      throw new AppError('argument.required', 'fineTuningMessageList needs agentUuid: rows are kept by it.', {
        details: { argument: 'agentUuid' },
      });
    }
    return super.list(args, context);
  }
}
