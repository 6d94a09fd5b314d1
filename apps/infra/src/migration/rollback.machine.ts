import { Choice, Condition, type IChainable, Succeed, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { type StepContext, Steps } from './steps.ts';

/**
 * The way back, while the migration is not completed. Input `{}`; with `{"acceptLoss": true}` also when writes would be
 * lost, which it otherwise refuses. The workers go on: they keep the new tables up to date for another attempt.
 */
export function rollbackSteps(context: StepContext): IChainable {
  const steps = new Steps(context, 'Back');
  const done = steps
    .tell('Rolled back', TaskInput.fromText('The old tables are in use again.'))
    .next(new Succeed(context.scope, 'BackDone', { stateName: 'Done' }));
  return new Choice(context.scope, 'BackMayLose', { stateName: 'May writes be lost?' })
    .when(
      Condition.and(Condition.isPresent('$.acceptLoss'), Condition.booleanEquals('$.acceptLoss', true)),
      steps.command('Roll back and accept loss', ['rollback', '--accept-loss']).next(done),
    )
    .otherwise(steps.command('Roll back', ['rollback']).next(done));
}
