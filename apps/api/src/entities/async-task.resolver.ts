import { asyncTask } from '@agent-engine/entities';
import { CrudResolver, objectType } from '@agent-engine/graphql';
import { Resolver } from '@nestjs/graphql';
import { NOT_SHOWN } from './shared-fields.ts';

export const AsyncTaskType = objectType(asyncTask, {
  hidden: ['endpointId', 'partId', ...NOT_SHOWN],
  asOneJson: ['outputFiles'],
});

@Resolver(() => AsyncTaskType)
export class AsyncTaskResolver extends CrudResolver(asyncTask, AsyncTaskType, {
  // Part of the contract, without a meaning in it: accepted and not stored.
  extra: { taskType: () => String },
}) {}
