import { type Answer, errorAnswer } from './answer.ts';
import type { Call } from './call.ts';

/** What is said about a refused call, and about one entry of a batch or transaction. */
export interface Refusal {
  exception: string;
  /** In BatchExecuteStatement. */
  statement: string;
  /** In CancellationReasons. */
  reason: string;
  message: string;
}

export const throttled: Refusal = {
  exception: 'ProvisionedThroughputExceededException',
  statement: 'ProvisionedThroughputExceeded',
  reason: 'ProvisionedThroughputExceeded',
  message:
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
};
/** What on-demand tables say. */
export const throttledOnDemand: Refusal = {
  exception: 'ThrottlingException',
  statement: 'ThrottlingError',
  reason: 'ThrottlingError',
  message: 'Throughput exceeds the current capacity of your table or index. Please try again shortly.',
};
export const conflict: Refusal = {
  exception: 'TransactionConflictException',
  statement: 'TransactionConflict',
  reason: 'TransactionConflict',
  message: 'Transaction is ongoing for the item',
};
export const collectionFull: Refusal = {
  exception: 'ItemCollectionSizeLimitExceededException',
  statement: 'ItemCollectionSizeLimitExceeded',
  reason: 'ItemCollectionSizeLimitExceeded',
  message: 'Collection size exceeded.',
};

/** A refusal of the whole call, in the words of its operation. `entry` says which action of a transaction is to blame. */
export function refuse(call: Call, refusal: Refusal, entry = 0): Answer {
  const { operation, request } = call;
  if (call.service === 'streams' || /^(Describe|List)/.test(operation)) {
    return errorAnswer('LimitExceededException', 'Too many requests, please try again later.');
  }
  if (!/^(Transact|ExecuteTransaction)/.test(operation)) {
    return errorAnswer(refusal.exception, refusal.message);
  }
  const actions = (request.TransactItems ?? request.TransactStatements ?? []) as unknown[];
  const CancellationReasons = actions.map((_, i) =>
    i === entry % actions.length ? { Code: refusal.reason, Message: refusal.message } : { Code: 'None' },
  );
  return errorAnswer(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${CancellationReasons.map(({ Code }) => Code).join(', ')}]`,
    { CancellationReasons },
  );
}
