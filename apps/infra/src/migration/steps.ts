import { Duration } from 'aws-cdk-lib';
import { type ICluster, FargatePlatformVersion } from 'aws-cdk-lib/aws-ecs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  Choice,
  Fail,
  type IChainable,
  IntegrationPattern,
  JsonPath,
  Pass,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { EcsFargateLaunchTarget, EcsRunTask, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { exited, LOSS_REFUSED, MEANING, STREAM_GAP } from './exit-codes.ts';
import type { Worker } from './worker.ts';

/** A week for a person to decide: streams are followed meanwhile, so that waiting costs no data. */
const PATIENCE = Duration.days(7);

/** On loopback of the task: for a collector beside the worker, and for nobody else. */
const METRICS_PORT = 9464;

export interface StepContext {
  scope: Construct;
  cluster: ICluster;
  worker: Worker;
  topic: ITopic;
}

/** The steps from which the state machines of a migration are put together. */
export class Steps {
  private readonly context: StepContext;
  private readonly prefix: string;
  private readonly label: string;
  private failure: IChainable | undefined;

  /**
   * @param prefix of the ids of these steps; each machine and each branch of one has its own
   * @param label of the names of states that other branches have too
   */
  constructor(context: StepContext, prefix: string, label = '') {
    this.context = context;
    this.prefix = prefix;
    this.label = label;
  }

  /** A command of the worker, to its end. Ends the execution with what the exit code means, if it is not 0. */
  command(name: string, command: string[], onExit: Readonly<Record<number, IChainable>> = {}): EcsRunTask {
    const { task, byExitCode } = this.run(name, command);
    for (const [code, next] of Object.entries(onExit)) byExitCode.when(exited(Number(code)), next);
    byExitCode.otherwise(this.failed());
    return task;
  }

  /** One of the workers that copy and follow. Started again whenever it dies, until there is nothing left to do. */
  worker(number: number): EcsRunTask {
    const { scope } = this.context;
    const name = `Worker ${number}`;
    const { task, byExitCode } = this.run(name, ['run', '--metrics-port', String(METRICS_PORT)]);
    const over = new Pass(scope, this.id(`${name} is done`), { stateName: `${name} is done` });
    const again = new Wait(scope, this.id(`${name} again`), {
      stateName: `${name} again`,
      time: WaitTime.duration(Duration.seconds(30)),
    });
    // It was started after the end, for the configuration has been good for every command before.
    byExitCode.when(exited(2), over);
    for (const code of [STREAM_GAP, LOSS_REFUSED]) byExitCode.when(exited(code), this.failed());
    byExitCode.otherwise(again.next(task));
    return task;
  }

  private run(name: string, command: string[]): { task: EcsRunTask; byExitCode: Choice } {
    const { scope, cluster, worker } = this.context;
    const task = new EcsRunTask(scope, this.id(name), {
      stateName: name,
      integrationPattern: IntegrationPattern.RUN_JOB,
      cluster,
      taskDefinition: worker.task,
      securityGroups: [worker.securityGroup],
      launchTarget: new EcsFargateLaunchTarget({ platformVersion: FargatePlatformVersion.LATEST }),
      containerOverrides: [{ containerDefinition: worker.container, command }],
      resultPath: JsonPath.DISCARD,
    });
    // No room for a task for a moment: nothing has happened yet.
    task.addRetry({ errors: ['ECS.AmazonECSException'], interval: Duration.seconds(20), maxAttempts: 5 });
    const read = new Pass(scope, this.id(`${name}: read why`), {
      stateName: `${name}: read why`,
      parameters: { 'task.$': 'States.StringToJson($.failure.Cause)' },
      resultPath: '$.ended',
    });
    const byExitCode = new Choice(scope, this.id(`${name}: by exit code`), {
      stateName: `${name}: by exit code`,
    });
    task.addCatch(read.next(byExitCode), { errors: ['States.TaskFailed'], resultPath: '$.failure' });
    return { task, byExitCode };
  }

  /** Waits for a person, who gets the commands that say yes and no by mail. */
  approval(name: string, text: string): SnsPublish {
    const message = [
      text,
      '',
      "Yes: aws stepfunctions send-task-success --task-output '\\{\\}' --task-token {}",
      'No: aws stepfunctions send-task-failure --error Refused --task-token {}',
    ].join('\n');
    return new SnsPublish(this.context.scope, this.id(name), {
      stateName: name,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      taskTimeout: Timeout.duration(PATIENCE),
      topic: this.context.topic,
      subject: `Migration: ${name}`,
      message: TaskInput.fromText(JsonPath.format(message, JsonPath.taskToken, JsonPath.taskToken)),
      resultPath: JsonPath.DISCARD,
    });
  }

  tell(name: string, message: TaskInput): SnsPublish {
    return new SnsPublish(this.context.scope, this.id(name), {
      stateName: name,
      topic: this.context.topic,
      subject: `Migration: ${name}`,
      message,
      resultPath: JsonPath.DISCARD,
    });
  }

  /** Tells by mail, then fails with the meaning of the exit code. Shared by all commands of these steps. */
  private failed(): IChainable {
    if (this.failure) return this.failure;
    const { scope } = this.context;
    const fail = (error: string, cause: string) =>
      new Fail(scope, this.id(error), { stateName: `${this.label}${error}`, error, cause });
    const choice = new Choice(scope, this.id('What ended it'), { stateName: `${this.label}What ended it` });
    for (const [code, [error, cause]] of Object.entries(MEANING)) {
      choice.when(exited(Number(code)), fail(error, cause));
    }
    choice.otherwise(
      fail('Unexpected', 'The command failed: its log says where. Started again, it goes on where it was.'),
    );
    const tell = this.tell(`${this.label}A command failed`, TaskInput.fromJsonPathAt('$.failure'));
    return (this.failure = tell.next(choice));
  }

  private id(name: string): string {
    const words = name.split(/[^A-Za-z0-9]+/);
    return this.prefix + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  }
}
