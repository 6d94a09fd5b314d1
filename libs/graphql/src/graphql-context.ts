import type { Loaders } from '@agent-engine/loaders';
import type { Partition } from '@agent-engine/partition';

/** What every resolver of one operation is given. */
export interface GraphqlContext {
  partition: Partition;
  loaders: Loaders;
  identity: { requestId: string; subject: string | undefined; role: string | undefined };
}
