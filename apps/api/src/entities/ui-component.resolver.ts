import { uiComponent } from '@agent-engine/entities';
import { CrudResolver, objectType } from '@agent-engine/graphql';
import { Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';

export const UiComponentType = objectType(uiComponent, { hidden: NOT_SHOWN });

@Resolver(() => UiComponentType)
export class UiComponentResolver extends CrudResolver(uiComponent, UiComponentType, {
  required: ['tagName'],
}) {}
