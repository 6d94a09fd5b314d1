import { type Wizard, type WizardGroup, wizardGroup } from '@agent-engine/entities';
import {
  CrudResolver,
  type GraphqlContext,
  JsonCamelCase,
  NULLABLE,
  objectType,
  payloadType,
  snakeKeys,
} from '@agent-engine/graphql';
import type { Loaders } from '@agent-engine/loaders';
import { Args, ArgsType, Context, Field, Int, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import { jsonRow, NOT_SHOWN } from './shared-fields.ts';
import { wizardElementsOf } from './wizard-elements.ts';
import { WizardType } from './wizard.resolver.ts';

export const WizardGroupType = objectType(wizardGroup, { hidden: NOT_SHOWN });

const SavedType = payloadType('InsertUpdateWizardGroupWithWizards', 'wizardGroup', () => WizardGroupType);
const DeletedType = payloadType('DeleteWizardFromWizardGroup', 'ok', () => Boolean);

@ArgsType()
class WithWizardsArgs {
  @Field(() => String, { nullable: true }) wizardGroupUuid?: string | null;
  @Field(() => String) wizardGroupName!: string;
  @Field(() => String, { nullable: true }) wizardGroupDescription?: string | null;
  @Field(() => Int, { nullable: true }) weight?: number | null;
  @Field(() => [JsonCamelCase], { nullable: 'items' }) wizards!: unknown[];
  @Field(() => String) updatedBy!: string;
}

@ArgsType()
class FromGroupArgs {
  @Field(() => String) wizardUuid!: string;
  @Field(() => String) wizardGroupUuid!: string;
  @Field(() => String, { nullable: true }) updatedBy?: string | null;
}

@Resolver(() => WizardGroupType)
export class WizardGroupResolver extends CrudResolver(wizardGroup, WizardGroupType, {
  required: ['wizardGroupName'],
}) {
  @Mutation(() => SavedType, { nullable: true })
  async insertUpdateWizardGroupWithWizards(
    @Args() { wizards, ...group }: WithWizardsArgs,
    @Context() { partition, identity }: GraphqlContext,
  ) {
    const values = { ...group, updatedSubject: identity.subject };
    const wizardGroup = await this.models.wizardGroup.saveWithWizards(partition, values, snakeKeys(wizards));
    return { wizardGroup };
  }

  @Mutation(() => DeletedType, { nullable: true })
  async deleteWizardFromWizardGroup(
    @Args() { updatedBy, ...key }: FromGroupArgs,
    @Context() { partition, identity }: GraphqlContext,
  ) {
    const audit = { updatedBy: updatedBy ?? undefined, updatedSubject: identity.subject };
    await this.models.wizardGroup.deleteWizard(partition, key, audit);
    return { ok: true };
  }

  /** Whole wizards as JSON, for clients from before `wizardItems`. */
  @ResolveField(() => [JsonCamelCase], NULLABLE)
  async wizards(parent: WizardGroup, _args: unknown, { loaders }: GraphqlContext) {
    return Promise.all(
      (await wizardsOf(parent, loaders)).map(async (wizard) => {
        const schema = await loaders.wizardSchema.load(schemaKeyOf(wizard));
        return {
          ...jsonRow(wizard),
          wizardSchema: schema ? jsonRow(schema) : null,
          wizardElements: await wizardElementsOf(wizard, loaders),
        };
      }),
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
