import { element } from '@agent-engine/entities';
import { CrudResolver, objectType } from '@agent-engine/graphql';
import { Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';

export const ElementType = objectType(element, { hidden: NOT_SHOWN });

@Resolver(() => ElementType)
export class ElementResolver extends CrudResolver(element, ElementType, {
  required: ['dataType', 'elementTitle', 'attributeName', 'attributeType'],
}) {}
