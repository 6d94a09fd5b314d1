import { type WizardGroupFilter, wizardGroupFilter } from '@agent-engine/entities';
import { CrudResolver, type GraphqlContext, objectType } from '@agent-engine/graphql';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';
import { WizardGroupType } from './wizard-group.resolver.ts';

export const WizardGroupFilterType = objectType(wizardGroupFilter, { hidden: NOT_SHOWN });

@Resolver(() => WizardGroupFilterType)
export class WizardGroupFilterResolver extends CrudResolver(wizardGroupFilter, WizardGroupFilterType, {
  required: ['wizardGroupFilterName', 'region'],
}) {
  @ResolveField(() => WizardGroupType, { nullable: true })
  wizardGroup({ wizardGroupUuid }: WizardGroupFilter, _args: unknown, { loaders }: GraphqlContext) {
    return wizardGroupUuid === null ? null : loaders.wizardGroup.load({ wizardGroupUuid });
  }
}
