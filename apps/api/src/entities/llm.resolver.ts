import { type Llm, llm } from '@agent-engine/entities';
import { CrudResolver, type GraphqlContext, objectType } from '@agent-engine/graphql';
import { type Everyone, isInUse } from '@agent-engine/models';
import { Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';

export const LlmType = objectType(llm, { hidden: NOT_SHOWN });

@Resolver(() => LlmType)
export class LlmResolver extends CrudResolver(llm, LlmType) {
  override inUse(_scope: Everyone, item: Llm, { partition }: GraphqlContext) {
    return isInUse.llm(this.models, partition, item);
  }
}
