import type { FrameBatch, frameBatch } from '@agent-engine/entities';
import type { Owner } from './owner.ts';
import { Repository } from './repository.ts';

/** Batches per read: with at most 64,000 characters each, a read stays around DynamoDB's own 1 MB. */
const PAGE = 16;

/** Where the batch that ends with a frame stands among those of its thread. */
export const positionOf = (runUuid: string, seq: number): string =>
  `${runUuid}#${String(seq).padStart(12, '0')}`;

export class FrameBatchRepository extends Repository<typeof frameBatch> {
  /** The next batches of a run that hold frames after a number, oldest first; none when nothing more is there yet. */
  async after(owner: Owner, runUuid: string, seq: number): Promise<FrameBatch[]> {
    const { items } = await this.list(owner, {
      positionGt: positionOf(runUuid, seq),
      positionLt: `${runUuid}#~`,
      limit: PAGE,
    });
    const now = Date.now() / 1_000;
    return items.filter(({ expiresAt }) => expiresAt > now);
  }
}
