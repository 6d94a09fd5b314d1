import { itemOf } from '../item.ts';
import type { WorldRow } from '../legacy-rows.ts';
import type { Draw } from './draw.ts';
import { fineTuningRow, messageRow } from './thread.rows.ts';

/** A row of which nobody can say whose it is. Undefined while the tenant has nothing to go wrong with. */
export function misfit(draw: Draw, tenants: readonly string[]): WorldRow | undefined {
  const { random, family } = draw;
  const others = tenants.filter((tenant) => tenant !== draw.tenant);
  if (family.threads.length > 0 && others.length > 0 && random.chance(0.5)) {
    const item = itemOf({ ...fineTuningRow(draw), endpoint_id: random.pick(others) });
    return { table: 'fine_tuning_messages', item };
  }
  if (family.runs.length === 0) return undefined;
  return { table: 'messages', item: itemOf({ ...messageRow(draw), thread_uuid: draw.key() }) };
}
