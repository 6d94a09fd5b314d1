import type { asyncTask, ItemOf, KeyOf, toolCall } from '@agent-engine/entities';
import type { ScopeOf } from './key-space.ts';
import { Repository } from './repository.ts';
import { millisecondsOf } from './timestamp.ts';
import type { Values } from './values.ts';

const FINAL = new Set<unknown>(['completed', 'failed']);

/** Tasks and tool calls: reaching a final status records how long they took since their creation. */
export class TimedRepository<D extends typeof asyncTask | typeof toolCall> extends Repository<D> {
  override async update(scope: ScopeOf<D>, key: KeyOf<D>, changes: Values): Promise<ItemOf<D>> {
    if (!FINAL.has(changes.status) || changes.timeSpent !== undefined)
      return super.update(scope, key, changes);
    const before = await this.get(scope, key);
    if (!before) throw this.notFound();
    return super.update(scope, key, { ...changes, timeSpent: Date.now() - millisecondsOf(before.createdAt) });
  }
}
