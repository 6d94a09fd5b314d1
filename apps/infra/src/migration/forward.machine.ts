import { Duration } from 'aws-cdk-lib';
import {
  type IChainable,
  JsonPath,
  Parallel,
  Succeed,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Migration } from '../stages/stage.ts';
import { type StepContext, Steps } from './steps.ts';

/**
 * The whole way, with a person asked before each step that matters. Workers copy and follow beside it from the first
 * approval to the last step, also while people think: streams keep changes for a day only. Started again after a
 * failure it goes through what is done already and on from there.
 */
export function forwardSteps(context: StepContext, { workers, soakHours }: Migration): IChainable {
  const { scope } = context;
  const steps = new Steps(context, 'Forward');
  const moving = new Parallel(scope, 'ForwardMove', { stateName: 'Move', resultPath: JsonPath.DISCARD });
  moving.branch(decisions(context, soakHours));
  for (let number = 1; number <= workers; number++) {
    moving.branch(new Steps(context, `Worker${number}`, `Worker ${number}: `).worker(number));
  }
  return steps
    .command('Plan', ['plan', '--json'])
    .next(steps.command('Preflight', ['preflight', '--json']))
    .next(
      steps.approval(
        'Approve the copy',
        'Plan and preflight are in the log. The copy reads the old tables and writes the new ones; nothing uses these yet.',
      ),
    )
    .next(moving)
    .next(new Succeed(scope, 'ForwardDone', { stateName: 'Done' }));
}

/** From the copy to the end, beside the workers. */
function decisions(context: StepContext, soakHours: number): IChainable {
  const steps = new Steps(context, 'Move', 'Move: ');
  const approveCutover = steps.approval(
    'Approve the cutover',
    'Old and new tables are the same. The cutover stops writes for seconds, and can be rolled back until completed.',
  );
  const aborted = steps.tell(
    'The cutover was aborted',
    TaskInput.fromText('Nothing was switched and the old tables take writes. It can be tried again.'),
  );
  const soak = new Wait(context.scope, 'MoveSoak', {
    stateName: 'Soak',
    time: WaitTime.duration(Duration.hours(soakHours)),
  });
  approveCutover
    .next(steps.command('Cutover', ['cutover'], { 5: aborted }))
    .next(soak)
    .next(steps.command('Verify after the soak', ['verify', '--json']))
    .next(
      steps.approval(
        'Approve the end',
        'The new tables have been in use for the time agreed. After this step there is no rollback.',
      ),
    )
    .next(steps.command('Complete', ['complete', '--yes']));
  aborted.next(approveCutover);
  return steps
    .command('Copy until caught up', ['run', '--until', 'caught-up'])
    .next(steps.command('Verify', ['verify', '--json']))
    .next(approveCutover);
}
