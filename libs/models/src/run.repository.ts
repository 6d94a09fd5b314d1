import type { KeyOf, Run, run } from '@agent-engine/entities';
import type { Owner } from './owner.ts';
import { Repository } from './repository.ts';
import { millisecondsOf } from './timestamp.ts';
import type { Values } from './values.ts';

/** A run's total and duration follow from its completion tokens, which come last. */
export class RunRepository extends Repository<typeof run> {
  override async update(owner: Owner, key: KeyOf<typeof run>, changes: Values): Promise<Run> {
    const { completionTokens, timeSpent } = changes;
    // The runner knows all figures itself and names the duration; other callers have them worked out.
    if (typeof completionTokens !== 'number' || completionTokens <= 0 || timeSpent !== undefined) {
      return super.update(owner, key, changes);
    }
    const before = await this.get(owner, key);
    if (!before) throw this.notFound();
    const promptTokens =
      typeof changes.promptTokens === 'number' ? changes.promptTokens : before.promptTokens;
    return super.update(owner, key, {
      ...changes,
      totalTokens: completionTokens + promptTokens,
      timeSpent: Date.now() - millisecondsOf(before.createdAt),
    });
  }
}
