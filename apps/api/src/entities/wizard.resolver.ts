import { type Wizard, wizard } from '@agent-engine/entities';
import {
  CrudResolver,
  type GraphqlContext,
  JsonCamelCase,
  NULLABLE,
  objectType,
} from '@agent-engine/graphql';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';
import { wizardElementsOf } from './wizard-elements.ts';
import { WizardSchemaType } from './wizard-schema.resolver.ts';

export const WizardType = objectType(wizard, { hidden: ['wizardElements', ...NOT_SHOWN] });

@Resolver(() => WizardType)
export class WizardResolver extends CrudResolver(wizard, WizardType, {
  required: ['wizardTitle', 'wizardType', 'wizardSchemaType', 'wizardSchemaName'],
}) {
  @ResolveField(() => WizardSchemaType, { nullable: true })
  wizardSchema({ wizardSchemaType, wizardSchemaName }: Wizard, _args: unknown, { loaders }: GraphqlContext) {
    return loaders.wizardSchema.load({ wizardSchemaType, wizardSchemaName });
  }

  /** The references as stored. */
  @ResolveField(() => [JsonCamelCase], NULLABLE)
  wizardElementRefs({ wizardElements }: Wizard) {
    return wizardElements;
  }

  @ResolveField(() => [JsonCamelCase], NULLABLE)
  wizardElements(parent: Wizard, _args: unknown, { loaders }: GraphqlContext) {
    return wizardElementsOf(parent, loaders);
  }
}
