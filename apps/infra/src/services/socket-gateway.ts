import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IRole, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { allowWide } from '../access/grants.ts';
import { type Deployment, nameOf } from '../deployment.ts';

const STAGE = 'v1';
/** What a client may say when it connects, as the API reads it. API Gateway maps only what a route declares. */
const CONNECT_QUERY = ['token', 'x-api-key', 'api_key', 'part_id', 'partId', 'endpoint_id', 'endpointId'];
/** Messages per second over all connections, and at once. */
const THROTTLE = { rate: 2_000, burst: 4_000 };

/** Sockets that API Gateway keeps: every event of theirs becomes a POST to the API, and answers are pushed to it. */
export class SocketGateway {
  readonly api: CfnApi;
  /** Where runners and API push: `{url}/@connections/{id}`. */
  readonly managementUrl: string;
  private readonly stack: Stack;

  constructor(scope: Construct, deployment: Deployment) {
    this.stack = Stack.of(scope);
    this.api = new CfnApi(scope, 'Sockets', {
      name: nameOf(deployment, 'sockets'),
      protocolType: 'WEBSOCKET',
      routeSelectionExpression: '$request.body.action',
    });
    this.managementUrl = `https://${this.api.ref}.execute-api.${this.stack.region}.${this.stack.urlSuffix}/${STAGE}`;
    new CfnOutput(scope, 'SocketUrl', { value: this.managementUrl.replace(/^https/, 'wss') });
  }

  /** The routes. @param secret shown to the API with every event, so that nobody else can speak for a connection */
  connectTo(scope: Construct, deployment: Deployment, secret: string, logs: LogGroup): void {
    const route = (id: string, routeKey: string, path: string, connect = false) => {
      const integration = new CfnIntegration(scope, `Sockets${id}Integration`, {
        apiId: this.api.ref,
        integrationType: 'HTTP_PROXY',
        integrationMethod: 'POST',
        integrationUri: `https://${deployment.config.apiDomain}/aws-sockets/${path}`,
        timeoutInMillis: 29_000,
        requestParameters: {
          'integration.request.header.x-socket-secret': `'${secret}'`,
          'integration.request.header.x-connection-id': 'context.connectionId',
          'integration.request.header.x-request-id': 'context.requestId',
          ...(connect && connectParameters()),
        },
      });
      const made = new CfnRoute(scope, `Sockets${id}Route`, {
        apiId: this.api.ref,
        routeKey,
        authorizationType: 'NONE',
        target: `integrations/${integration.ref}`,
        ...(connect && { requestParameters: declaredParameters() }),
      });
      Validations.of(made).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'The API verifies what $connect carries; what it refuses never becomes a connection.',
      });
    };
    route('Connect', '$connect', 'connect', true);
    route('Disconnect', '$disconnect', 'disconnect');
    route('Default', '$default', 'message');
    this.deploy(scope, logs);
  }

  /** Lets a role push to connections of this API and close them, and nothing else of it. */
  allowPush(role: IRole): void {
    const arns = ['POST', 'DELETE'].map((method) =>
      this.stack.formatArn({
        service: 'execute-api',
        resource: this.api.ref,
        resourceName: `${STAGE}/${method}/@connections/*`,
      }),
    );
    const spelled = arns.map((arn) => arn.replace(this.api.ref, '<Sockets>'));
    const push = new PolicyStatement({ actions: ['execute-api:ManageConnections'], resources: arns });
    allowWide(role, 'Connections come and go; only those of this API are meant.', push, spelled);
  }

  private deploy(scope: Construct, logs: LogGroup): void {
    // One setting of the whole account and region, without which API Gateway writes no logs; it stays when we go.
    const writer = new Role(scope, 'SocketLogWriter', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs'),
      ],
    });
    writer.applyRemovalPolicy(RemovalPolicy.RETAIN);
    Validations.of(writer).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'API Gateway accepts a role for its logs only with this policy.',
    });
    const account = new CfnAccount(scope, 'ApiGatewayAccount', { cloudWatchRoleArn: writer.roleArn });
    account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const stage = new CfnStage(scope, 'SocketsStage', {
      apiId: this.api.ref,
      stageName: STAGE,
      autoDeploy: true,
      defaultRouteSettings: {
        throttlingRateLimit: THROTTLE.rate,
        throttlingBurstLimit: THROTTLE.burst,
        detailedMetricsEnabled: true,
        loggingLevel: 'ERROR',
        dataTraceEnabled: false,
      },
      accessLogSettings: { destinationArn: logs.logGroupArn, format: JSON.stringify(ACCESS_LOG) },
    });
    stage.addResourceDependency(account);
  }
}

/** No query string: it carries the token. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  connectionId: '$context.connectionId',
  eventType: '$context.eventType',
  routeKey: '$context.routeKey',
  status: '$context.status',
  integrationStatus: '$context.integrationStatus',
  integrationLatency: '$context.integrationLatency',
  error: '$context.error.messageString',
};

const connectParameters = (): Record<string, string> =>
  Object.fromEntries(
    CONNECT_QUERY.map((name) => [
      `integration.request.querystring.${name}`,
      `route.request.querystring.${name}`,
    ]),
  );

const declaredParameters = (): Record<string, { Required: boolean }> =>
  Object.fromEntries(CONNECT_QUERY.map((name) => [`route.request.querystring.${name}`, { Required: false }]));
