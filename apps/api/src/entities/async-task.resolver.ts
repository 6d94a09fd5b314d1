import { asyncTask } from '@agent-engine/entities';
import { CrudResolver, objectType } from '@agent-engine/graphql';
import { Resolver } from '@nestjs/graphql';

export const AsyncTaskType = objectType(asyncTask, {
  hidden: ['endpointId', 'partId', 'updatedSubject'],
  asOneJson: ['outputFiles'],
});

@Resolver(() => AsyncTaskType)
export class AsyncTaskResolver extends CrudResolver(asyncTask, AsyncTaskType, {
  // Part of the contract, without a meaning in it: accepted and not stored.
  extra: { taskType: () => String },
}) {}
