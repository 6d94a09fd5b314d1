import { entities, internalEntities, migrationControlTable, tableName } from '@agent-engine/entities';
import { apiConfig, runnerConfig } from '@agent-engine/config';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { about, actionsOf, type Statement, statementsOf, synthesizeAll } from '../spec/synthesized.ts';
import { stages } from './stages/stages.ts';

let template: (stage: string, stack: string) => Template;
// Every rule of cdk-nag and CloudFormation's own schemas are applied on the way: what they refuse throws.
beforeAll(() => (template = synthesizeAll()), 120_000);

const names = stages.map(({ name }) => name);
const resources = (of: Template, type: string) => Object.entries(of.findResources(type));
const migrating = stages.filter(({ migration }) => migration).map(({ name }) => name);

describe.each(stages.map((stage) => [stage.name, stage] as const))('tables of %s', (name, stage) => {
  const tables = () => resources(template(name, 'data'), 'AWS::DynamoDB::Table');

  it('are kept, protected, restorable and encrypted with the stage’s key', () => {
    for (const [, table] of tables()) {
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        },
      });
    }
  });

  it('can be followed exactly if they hold what may have to be moved', () => {
    const global = entities
      .filter(({ scope }) => scope === 'global')
      .map((one) => tableName(one, stage.tables));
    const own = /socket_connections|migration_control/;
    const internal = internalEntities.map((one) => tableName(one, stage.tables));
    for (const [, { Properties }] of tables()) {
      const { TableName, StreamSpecification } = Properties as {
        TableName: string;
        StreamSpecification?: object;
      };
      const followed = !global.includes(TableName) && !internal.includes(TableName) && !own.test(TableName);
      expect([TableName, StreamSpecification]).toEqual([
        TableName,
        followed ? { StreamViewType: 'NEW_AND_OLD_IMAGES' } : undefined,
      ]);
    }
  });

  it('are of both generations where data has to move', () => {
    const deployed = tables().map(([, { Properties }]) => Properties.TableName as string);
    expect(deployed).toEqual(expect.arrayContaining(entities.map((one) => tableName(one, stage.tables))));
    expect(deployed.includes('aace-agents')).toBe(stage.tables.legacy);
    expect(new Set(deployed).size).toBe(deployed.length);
  });
});

describe.each(names)('data of %s', (name) => {
  it('has a queue per thread order with a dead-letter queue, and a bucket closed to the public', () => {
    const data = template(name, 'data');
    data.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: `agent-engine-${name}-tasks.fifo`,
      FifoQueue: true,
      FifoThroughputLimit: 'perMessageGroupId',
      DeduplicationScope: 'messageGroup',
      VisibilityTimeout: 12,
      RedrivePolicy: { maxReceiveCount: 1000 },
      KmsMasterKeyId: Match.anyValue(),
    });
    for (const [, { Properties }] of resources(data, 'AWS::S3::Bucket')) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    data.hasResourceProperties('AWS::S3::Bucket', {
      CorsConfiguration: {
        CorsRules: [
          { AllowedMethods: ['GET', 'HEAD', 'PUT'], AllowedOrigins: ['https://console.example.com'] },
        ],
      },
      LifecycleConfiguration: { Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }] },
    });
    data.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });
});

describe.each(names)('tasks of %s', (name) => {
  const containers = () =>
    ['services', ...(migrating.includes(name) ? ['migration'] : [])].flatMap((stack) =>
      resources(template(name, stack), 'AWS::ECS::TaskDefinition').flatMap(
        ([id, { Properties }]) =>
          Properties.ContainerDefinitions.map((one: object) => ({ id, ...one })) as Container[],
      ),
    );

  it('run without root, capabilities and a writable file system, from a named build', () => {
    for (const container of containers()) {
      expect(container).toMatchObject({
        User: '65532:65532',
        ReadonlyRootFilesystem: true,
        LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
        StopTimeout: 120,
      });
      expect(JSON.stringify(container.Image)).toContain(':0123456789abcdef');
    }
  });

  it('are given secrets as references, each app its own', () => {
    const secretsOf = (app: string) =>
      containers()
        .filter(({ id }) => id.startsWith(app))
        .flatMap(({ Secrets = [] }) => Secrets.map((secret) => secret.Name))
        .filter((secret) => !/_API_KEY$|^INTERNAL_MCP_TOKEN$/.test(secret));
    const signing = name === 'dev' ? ['JWT_SECRET'] : [];
    expect(secretsOf('ApiTask')).toEqual(['PUSH_SECRET', 'API_KEYS', 'SOCKET_GATEWAY_SECRET', ...signing]);
    expect(secretsOf('RunnerTask')).toEqual(['PUSH_SECRET']);
    const services = template(name, 'services');
    const reads = (role: string) => JSON.stringify(about(statementsOf(services, role), 'Secret'));
    expect(reads('RunnerTaskExecutionRole')).not.toMatch(/ApiKeys|TokenSecret|SocketGatewaySecret/);
    expect(reads('ApiTaskExecutionRole')).toMatch(/ApiKeys.*PushSecret|PushSecret.*ApiKeys/);
    for (const { Environment } of containers()) {
      expect(Environment.map((one) => one.Name).filter((one) => /SECRET|KEY|TOKEN/.test(one))).toEqual([]);
    }
  });

  it('boot with the variables they are given', () => {
    const environment = (app: string) => {
      const found = containers().find(({ id }) => id.startsWith(app));
      const told = found?.Environment.map((one) => [
        one.Name,
        typeof one.Value === 'string' ? one.Value : 'https://resolved.example.com/v1',
      ]);
      const hidden = found?.Secrets?.map((one) => [
        one.Name,
        one.Name === 'API_KEYS' ? '[]' : 'x'.repeat(48),
      ]);
      return Object.fromEntries([...(told ?? []), ...(hidden ?? [])]) as Record<string, string>;
    };
    const api = apiConfig(environment('ApiTask'));
    expect(api).toMatchObject({ port: 4000, devPage: false, push: { callbackUrl: 'http://{address}:4000' } });
    const runner = runnerConfig(environment('RunnerTask'));
    expect(runner).toMatchObject({ healthPort: 4001, visibilityTimeoutMs: 12_000, shutdownGraceMs: 110_000 });
    expect(api.aws).toEqual(runner.aws);
  });
});

describe.each(names)('what roles of %s may do', (name) => {
  const services = () => template(name, 'services');
  const api = () => statementsOf(services(), 'ApiTaskTaskRole');
  const runner = () => statementsOf(services(), 'RunnerTaskTaskRole');
  const worker = () =>
    migrating.includes(name) ? statementsOf(template(name, 'migration'), 'CommandTaskTaskRole') : [];

  it('is never everything: no action with a wildcard, no resource that is one', () => {
    for (const statement of [...api(), ...runner(), ...worker()]) {
      expect(actionsOf([statement]).filter((action) => action.includes('*'))).toEqual([]);
      if (String(statement.Action) !== 'dynamodb:ListTables')
        expect([statement.Resource].flat()).not.toContain('*');
    }
  });

  it('makes, changes and deletes no table', () => {
    const all = actionsOf([...api(), ...runner()]);
    expect(all.filter((action) => /dynamodb:.*(Table|Stream|Records|Shard|Backup)/.test(action))).toEqual([
      'dynamodb:DescribeTable',
      ...(all.filter((action) => action === 'dynamodb:DescribeTable').length > 1
        ? ['dynamodb:DescribeTable']
        : []),
    ]);
    expect(
      actionsOf(worker()).filter((action) => /(Create|Delete|Restore).*(Table|Backup)/.test(action)),
    ).toEqual([]);
  });

  it('lets only the API ask and only the runner take questions', () => {
    const sqs = (statements: Statement[]) =>
      actionsOf(statements).filter((action) => action.startsWith('sqs:'));
    expect(sqs(api())).toEqual(['sqs:GetQueueAttributes', 'sqs:SendMessage']);
    expect(sqs(runner())).toEqual([
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
    const sends = runner().filter((one) => actionsOf([one]).includes('sqs:SendMessage'));
    expect(JSON.stringify(sends)).not.toMatch(/Tasks[0-9A-F]{8}/);
    expect(sqs(worker())).toEqual([]);
  });

  it('lets the runner record and not change what people set up', () => {
    const writes = runner().filter((one) => actionsOf([one]).includes('dynamodb:UpdateItem'));
    expect(JSON.stringify(writes)).toContain('aace-messages');
    expect(JSON.stringify(writes)).not.toMatch(/aace-(agents|threads|mcp_servers|prompt_templates|llms)/);
  });

  it('lets who follows a migration write its rows only, and of old tables the worker alone read', () => {
    if (!migrating.includes(name)) return;
    const stage = stages.find((one) => one.name === name);
    const control = migrationControlTable({ tablePrefix: 'aace-' }).TableName;
    for (const statement of [
      ...about(api(), control),
      ...about(runner(), control),
      ...about(worker(), control),
    ]) {
      // Reading whether there are other migrations; those who write are kept to one.
      if (!actionsOf([statement]).some((action) => /Put|Update|Delete/.test(action))) continue;
      expect(statement.Condition).toEqual({
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [stage?.migration?.id] },
      });
    }
    const old = 'table/aace-agents"';
    expect(about(api(), old)).toEqual([]);
    expect(about(runner(), old)).toEqual([]);
    expect(actionsOf(about(worker(), old))).toEqual(
      expect.arrayContaining(['dynamodb:Scan', 'dynamodb:UpdateTable']),
    );
  });

  it('fits into a role', () => {
    for (const statements of [api(), runner(), worker()]) {
      expect(JSON.stringify(statements).length).toBeLessThan(10_240);
    }
  });
});

describe.each(names)('the way in of %s', (name) => {
  const services = () => template(name, 'services');

  it('is HTTPS to the public paths, and nothing else', () => {
    services().hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS' } }],
    });
    services().hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    });
    services().hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Conditions: [
        {
          PathPatternConfig: {
            Values: ['/*/ai_agent_core_graphql', '/*/ai_agent_core_ws', '/aws-sockets/*', '/health/ready'],
          },
        },
      ],
    });
    services().resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 1);
  });

  it('opens tasks to the load balancer, and the API to runners that push', () => {
    for (const [, { Properties }] of resources(services(), 'AWS::EC2::SecurityGroupIngress')) {
      expect(Properties).toMatchObject({
        FromPort: 4000,
        ToPort: 4000,
        SourceSecurityGroupId: expect.anything(),
      });
    }
    services().resourceCountIs('AWS::EC2::SecurityGroupIngress', 2);
    services().allResourcesProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
  });

  it('shows the API who speaks for a socket, and logs no token', () => {
    for (const [, { Properties }] of resources(services(), 'AWS::ApiGatewayV2::Integration')) {
      expect(Properties.IntegrationUri).toMatch(/^https:\/\/api\.example\.com\/aws-sockets\//);
      expect(Properties.RequestParameters).toMatchObject({
        'integration.request.header.x-connection-id': 'context.connectionId',
        'integration.request.header.x-socket-secret': expect.anything(),
      });
      expect(
        JSON.stringify(Properties.RequestParameters['integration.request.header.x-socket-secret']),
      ).toContain('resolve:secretsmanager');
    }
    const [[, stage]] = resources(services(), 'AWS::ApiGatewayV2::Stage') as [
      [string, { Properties: StageProperties }],
    ];
    expect(stage.Properties.AccessLogSettings.Format).not.toMatch(/querystring|path|token/i);
    expect(stage.Properties.DefaultRouteSettings).toMatchObject({ DataTraceEnabled: false });
  });
});

it('production goes to a new version gradually, and back when an alarm says so', () => {
  const services = template('prod', 'services');
  services.hasResourceProperties('AWS::ECS::Service', {
    ServiceName: 'agent-engine-prod-api',
    DeploymentConfiguration: {
      Strategy: 'CANARY',
      CanaryConfiguration: { CanaryPercent: 10 },
      Alarms: { Enable: true, Rollback: true },
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    },
  });
  const alarms = resources(services, 'AWS::CloudWatch::Alarm').map(
    ([, { Properties }]) => Properties.AlarmName,
  );
  for (const [, { Properties }] of resources(services, 'AWS::ECS::Service')) {
    expect(alarms).toEqual(expect.arrayContaining(Properties.DeploymentConfiguration.Alarms.AlarmNames));
    // Scaling decides: a number here would undo it with every deployment.
    expect(Properties.DesiredCount).toBeUndefined();
  }
});

it('runners are scaled by what waits and runs, and by how long it waits', () => {
  const services = template('prod', 'services');
  services.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
    MinCapacity: 2,
    MaxCapacity: 100,
  });
  services.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 35,
      CustomizedMetricSpecification: {
        Metrics: Match.arrayWith([
          Match.objectLike({ Expression: '(waiting + running) / IF(tasks > 0, tasks, 1)', ReturnData: true }),
        ]),
      },
    },
  });
  services.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: 10,
  });
});

it.each(names)('every alarm of %s tells somebody, except those that only scale', (name) => {
  for (const stack of ['services', ...(migrating.includes(name) ? ['migration'] : [])]) {
    for (const [, { Properties }] of resources(template(name, stack), 'AWS::CloudWatch::Alarm')) {
      const { AlarmName, AlarmActions, OKActions } = Properties;
      const scales = AlarmName === undefined;
      expect(JSON.stringify(AlarmActions)).toMatch(scales ? /ScalingPolicy|AgeUpperPolicy/ : /Alerts/);
      if (!scales) expect(OKActions).toEqual(AlarmActions);
    }
  }
});

interface Container {
  id: string;
  Image: unknown;
  Environment: { Name: string; Value: unknown }[];
  Secrets?: { Name: string }[];
}
interface StageProperties {
  AccessLogSettings: { Format: string };
  DefaultRouteSettings: object;
}
