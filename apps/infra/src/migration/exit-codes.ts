import { Condition } from 'aws-cdk-lib/aws-stepfunctions';

export const STREAM_GAP = 7;
export const LOSS_REFUSED = 8;

/** What the worker's exit codes mean, for those who read why an execution has ended. */
export const MEANING: Readonly<Record<number, [error: string, cause: string]>> = {
  2: ['Configuration', 'The configuration of the migration is wrong: see the log of the command.'],
  3: [
    'PreflightRefused',
    'Something stands in the way: the log names each check that failed, and what to do.',
  ],
  4: ['DifferencesFound', 'Old and new tables differ: look at the log, then run verify --repair.'],
  5: [
    'CutoverAborted',
    'Nothing was switched, and the old tables take writes again: try when it is quieter.',
  ],
  6: ['FencedOut', 'Another worker has taken over: look who runs one.'],
  [STREAM_GAP]: ['StreamGap', 'Changes were lost from a stream: run resync, then start anew.'],
  [LOSS_REFUSED]: ['LossRefused', 'Going on would lose writes: see the log; only a person may accept that.'],
};

/** Where the steps put what ECS tells of a task that failed. */
export const ENDED_TASK = '$.ended.task';
const EXIT_CODE = `${ENDED_TASK}.Containers[0].ExitCode`;

/** A task that never started has no exit code. */
export const exited = (code: number): Condition =>
  Condition.and(Condition.isPresent(EXIT_CODE), Condition.numberEquals(EXIT_CODE, code));
