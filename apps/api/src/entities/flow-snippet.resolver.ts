import { type FlowSnippet, flowSnippet } from '@agent-engine/entities';
import { CrudResolver, type GraphqlContext, objectType } from '@agent-engine/graphql';
import { ResolveField, Resolver } from '@nestjs/graphql';
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
  @ResolveField(() => PromptTemplateType, { nullable: true })
  promptTemplate({ promptUuid }: FlowSnippet, _args: unknown, { loaders }: GraphqlContext) {
    return loaders.activePromptTemplate.load(promptUuid);
  }
}
