import { type Llm, llm } from '@agent-engine/entities';
import { CrudResolver, type GraphqlContext, JsonCamelCase, objectType } from '@agent-engine/graphql';
import { type Everyone, isInUse } from '@agent-engine/models';
import { Inject } from '@nestjs/common';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { AgentHandlers } from '../handlers/agent-handlers.ts';
import { NOT_SHOWN } from './shared-fields.ts';

export const LlmType = objectType(llm, { hidden: NOT_SHOWN });

@Resolver(() => LlmType)
export class LlmResolver extends CrudResolver(llm, LlmType) {
  @Inject(AgentHandlers) private readonly handlers!: AgentHandlers;

  override inUse(_scope: Everyone, item: Llm, { partition }: GraphqlContext) {
    return isInUse.llm(this.models, partition, item);
  }

  /** The form of the llm's handler, unless the row has one of its own. */
  @ResolveField(() => JsonCamelCase, { nullable: true })
  async configurationSchema({ configurationSchema: stored, ...id }: Llm) {
    if (Object.keys(stored).length > 0) return stored;
    return (await this.handlers.configurationSchema(id)) ?? stored;
  }
}
