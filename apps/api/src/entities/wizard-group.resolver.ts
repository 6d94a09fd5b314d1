import { type Wizard, type WizardGroup, wizardGroup } from '@agent-engine/entities';
import {
  CrudResolver,
  type GraphqlContext,
  JsonCamelCase,
  NULLABLE,
  objectType,
} from '@agent-engine/graphql';
import type { Loaders } from '@agent-engine/loaders';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';
import { wizardElementsOf } from './wizard-elements.ts';
import { WizardType } from './wizard.resolver.ts';

export const WizardGroupType = objectType(wizardGroup, { hidden: NOT_SHOWN });

@Resolver(() => WizardGroupType)
export class WizardGroupResolver extends CrudResolver(wizardGroup, WizardGroupType, {
  required: ['wizardGroupName'],
}) {
  /** Whole wizards as JSON, for clients from before `wizardItems`. */
  @ResolveField(() => [JsonCamelCase], NULLABLE)
  async wizards(parent: WizardGroup, _args: unknown, { loaders }: GraphqlContext) {
    return Promise.all(
      (await wizardsOf(parent, loaders)).map(async (wizard) => ({
        ...wizard,
        wizardSchema: (await loaders.wizardSchema.load(schemaKeyOf(wizard))) ?? null,
        wizardElements: await wizardElementsOf(wizard, loaders),
      })),
    );
  }

  @ResolveField(() => [WizardType], NULLABLE)
  wizardItems(parent: WizardGroup, _args: unknown, { loaders }: GraphqlContext) {
    return wizardsOf(parent, loaders);
  }
}

/** In the group's order; wizards that are gone are left out. */
async function wizardsOf({ wizardUuids }: WizardGroup, loaders: Loaders): Promise<Wizard[]> {
  const wizards = await Promise.all(wizardUuids.map((wizardUuid) => loaders.wizard.load({ wizardUuid })));
  return wizards.filter((wizard) => wizard !== undefined);
}

const schemaKeyOf = ({ wizardSchemaType, wizardSchemaName }: Wizard) => ({
  wizardSchemaType,
  wizardSchemaName,
});
