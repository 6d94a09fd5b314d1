import type { ApiConfig } from '@agent-engine/config';
import { type FlowSnippet, flowSnippet } from '@agent-engine/entities';
import { flowXml } from '@agent-engine/flow-xml';
import { CrudResolver, type GraphqlContext, objectType } from '@agent-engine/graphql';
import { Inject } from '@nestjs/common';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { API_CONFIG } from '../core/core.tokens.ts';
import { PromptTemplateType } from './prompt-template.resolver.ts';
import { NOT_SHOWN } from './shared-fields.ts';

const INTERNAL = ['supersededBy', ...NOT_SHOWN];

export const FlowSnippetType = objectType(flowSnippet, { hidden: INTERNAL });
const FlowSnippetBaseType = objectType(flowSnippet, {
  name: 'FlowSnippetBaseType',
  hidden: ['flowContext', 'flowRelationship', ...INTERNAL],
});

@Resolver(() => FlowSnippetType)
export class FlowSnippetResolver extends CrudResolver(flowSnippet, FlowSnippetType, {
  listItemType: FlowSnippetBaseType,
  extra: { duplicate: () => Boolean },
}) {
  @Inject(API_CONFIG) private readonly config!: ApiConfig;

  override save(args: Record<string, unknown>, context: GraphqlContext) {
    const { flowContext } = args;
    const isConverted = this.config.xmlConvert && flowContext !== undefined;
    return super.save(isConverted ? { ...args, flowContext: flowXml(flowContext) } : args, context);
  }

  @ResolveField(() => PromptTemplateType, { nullable: true })
  promptTemplate({ promptUuid }: FlowSnippet, _args: unknown, { loaders }: GraphqlContext) {
    return loaders.activePromptTemplate.load(promptUuid);
  }
}
