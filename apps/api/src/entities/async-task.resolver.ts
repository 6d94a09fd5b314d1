import { AppError } from '@agent-engine/errors';
import { asyncTask } from '@agent-engine/entities';
import { type Arguments, CrudResolver, objectType } from '@agent-engine/graphql';
import { isClaimFunction } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
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
}) {
  override beforeWrite(_partition: Partition, { functionName }: Arguments): Promise<void> {
    if (!isClaimFunction(functionName)) return Promise.resolve();
    throw new AppError('argument.invalid', 'Rows of this function are written by the API itself.', {
      details: { argument: 'functionName' },
    });
  }
}
