import { type Run, run } from '@agent-engine/entities';
import { CrudResolver, type GraphqlContext, objectType } from '@agent-engine/graphql';
import { isInUse, type Owner } from '@agent-engine/models';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';
import { ThreadType } from './thread.resolver.ts';

export const RunType = objectType(run, { hidden: ['endpointId', 'partId', ...NOT_SHOWN] });

@Resolver(() => RunType)
export class RunResolver extends CrudResolver(run, RunType) {
  override inUse(owner: Owner, item: Run) {
    return isInUse.run(this.models, owner, item);
  }

  @ResolveField(() => ThreadType, { nullable: true })
  thread({ threadUuid }: Run, _args: unknown, { loaders }: GraphqlContext) {
    return loaders.thread.load({ threadUuid });
  }
}
