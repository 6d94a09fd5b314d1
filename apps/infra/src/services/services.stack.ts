import { Stack, type StackProps } from 'aws-cdk-lib';
import { SecurityGroup, Port, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerInsights, type FargateService } from 'aws-cdk-lib/aws-ecs';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DataStack } from '../data/data.stack.ts';
import { type Deployment, nameOf } from '../deployment.ts';
import { alert, createAlertTopic } from '../monitoring/alerts.ts';
import type { ImagesStack } from '../images/images.stack.ts';
import { createApi } from './api.service.ts';
import { type ApiAlarms, createApiAlarms } from './api.alarms.ts';
import { API_PORT } from './api.task.ts';
import { type ApiEntrance, createEntrance } from './load-balancer.ts';
import { createLogGroup } from './log-group.ts';
import { createRunnerAlarms, type RunnerAlarms } from './runner.alarms.ts';
import { createRunner } from './runner.service.ts';
import { createSecrets } from './service-secrets.ts';
import { SocketGateway } from './socket-gateway.ts';

export interface Below {
  data: DataStack;
  images: ImagesStack;
  vpc: Vpc;
}

/** API and runner, what leads to them, and what they may do. */
export class ServicesStack extends Stack {
  readonly cluster: Cluster;
  readonly entrance: ApiEntrance;
  readonly sockets: SocketGateway;
  readonly services: { api: FargateService; runner: FargateService };
  readonly logs: { api: LogGroup; runner: LogGroup };
  readonly alarms: { api: ApiAlarms; runner: RunnerAlarms };
  readonly alerts: Topic;

  constructor(scope: Construct, id: string, deployment: Deployment, below: Below, props: StackProps) {
    super(scope, id, props);
    const { data, vpc } = below;
    const key = data.keyFor(this);
    this.cluster = new Cluster(this, 'Cluster', {
      clusterName: nameOf(deployment, 'cluster'),
      vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    const logGroup = (logId: string, name: string) =>
      createLogGroup(this, logId, { name: nameOf(deployment, name), days: deployment.stage.logDays, key });
    this.logs = { api: logGroup('ApiLogs', 'api'), runner: logGroup('RunnerLogs', 'agent-runner') };
    const secrets = createSecrets(this, deployment, key);
    this.sockets = new SocketGateway(this, deployment);
    this.sockets.connectTo(this, deployment, secrets.socketGateway, logGroup('SocketLogs', 'sockets'));
    this.entrance = createEntrance(this, deployment, vpc, API_PORT);
    this.alarms = {
      api: createApiAlarms(this, deployment, this.entrance.balancer, this.logs.api),
      runner: createRunnerAlarms(this, deployment, data.tasks, this.logs.runner),
    };
    this.alerts = createAlertTopic(this, deployment, key);
    alert(this.alerts, [...this.alarms.api.alarms, ...this.alarms.runner.alarms]);

    const access = (what: string) =>
      new SecurityGroup(this, `${what}Access`, {
        vpc,
        description: `Tasks of the ${what}`,
        allowAllOutbound: true,
      });
    const [apiAccess, runnerAccess] = [access('Api'), access('Runner')];
    // Runners push to the very task that holds a socket.
    apiAccess.addIngressRule(runnerAccess, Port.tcp(API_PORT), 'Frames that runners push');

    const shared = {
      deployment,
      data,
      files: data.filesFor(this),
      key,
      images: below.images,
      cluster: this.cluster,
      sockets: this.sockets,
    };
    this.services = {
      api: createApi(this, {
        ...shared,
        secrets: secrets.api,
        logs: this.logs.api,
        securityGroup: apiAccess,
        entrance: this.entrance,
        undoing: this.alarms.api.undoing,
      }),
      runner: createRunner(this, {
        ...shared,
        secrets: secrets.runner,
        logs: this.logs.runner,
        undoing: this.alarms.runner.undoing,
        securityGroup: runnerAccess,
      }),
    };
  }
}
