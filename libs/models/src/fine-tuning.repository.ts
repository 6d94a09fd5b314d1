import type { FineTuningMessage, fineTuningMessage, KeyOf } from '@agent-engine/entities';
import type { Partition } from '@agent-engine/partition';
import { Repository } from './repository.ts';
import type { Values } from './values.ts';

/** Messages for training: dated by our clock when they are taken in; what they were stays as it was. */
export class FineTuningRepository extends Repository<typeof fineTuningMessage> {
  override update(
    partition: Partition,
    key: KeyOf<typeof fineTuningMessage>,
    { threadUuid: _thread, role: _role, ...changes }: Values,
  ): Promise<FineTuningMessage> {
    return super.update(partition, key, changes);
  }

  protected override newRow(partition: Partition, values: Values): Values {
    return super.newRow(partition, { ...values, timestamp: Math.floor(Date.now() / 1000) });
  }
}
