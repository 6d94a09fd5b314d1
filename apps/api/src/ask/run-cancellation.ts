import type { Run } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { Models, type Owner } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { ASK_MODEL_FUNCTION } from '@agent-engine/queue';
import { Inject, Injectable } from '@nestjs/common';

const OPEN = new Set(['queued', 'running', 'waiting']);
const REASON = new AppError('run.cancelled', 'The run was cancelled.');

interface CancelledBy {
  updatedBy: string;
  updatedSubject: string | undefined;
}

/** Ends runs before their time. Whoever works on one sees the wish in a moment; one that nobody has begun ends here. */
@Injectable()
export class RunCancellation {
  @Inject(Models) private readonly models!: Models;

  /**
   * @param by as the caller says, and as the credential does
   * @returns the run, and whether it was open until now
   * @throws AppError `entity.notFound`
   */
  async cancel(
    partition: Partition,
    threadUuid: string,
    runUuid: string,
    by: CancelledBy,
  ): Promise<{ ok: boolean; run: Run }> {
    const owner = await this.models.ownerOf(partition, threadUuid);
    const run = owner && (await this.models.run.get(owner, { runUuid }));
    if (!run)
      throw new AppError('entity.notFound', 'There is no such run.', { details: { argument: 'runUuid' } });
    if (!OPEN.has(run.status ?? '')) return { ok: false, run };
    const state = await this.models.runState.cancel(owner, runUuid, 'asked');
    // A runner that begins in this moment has seen the wish, and comes to the same end.
    if (state?.attempts === 0) return { ok: true, run: await this.end(owner, run, by) };
    return { ok: true, run: await this.models.run.update(owner, { runUuid }, { ...by }) };
  }

  /** The socket that wanted the answer is closed. Whether the run goes on without it its agent says, to the runner. */
  async abandoned(partition: Partition, threadUuid: string, runUuid: string): Promise<void> {
    const owner = await this.models.ownerOf(partition, threadUuid);
    if (owner) await this.models.runState.cancel(owner, runUuid, 'gone');
  }

  private async end(owner: Owner, { runUuid, asyncTaskUuid }: Run, by: CancelledBy): Promise<Run> {
    const { code, message } = REASON;
    if (asyncTaskUuid !== null) {
      await this.models.asyncTask.update(
        owner.partition,
        { functionName: ASK_MODEL_FUNCTION, asyncTaskUuid },
        { status: 'failed', notes: `${code}: ${message}`, ...by },
      );
    }
    return this.models.run.update(owner, { runUuid }, { status: 'cancelled', errorCode: code, ...by });
  }
}
