import { wizardSchema } from '@agent-engine/entities';
import { CrudResolver, objectType } from '@agent-engine/graphql';
import { Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';

export const WizardSchemaType = objectType(wizardSchema, { hidden: NOT_SHOWN });

@Resolver(() => WizardSchemaType)
export class WizardSchemaResolver extends CrudResolver(wizardSchema, WizardSchemaType) {}
