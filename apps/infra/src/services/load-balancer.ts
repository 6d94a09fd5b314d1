import { Validations } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { Port, Peer, SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListener,
  ApplicationListenerRule,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';

/** Sockets live longer than a request: as long as answers take, and then some. */
const IDLE_SECONDS = 180;

/** All that is served to the world; metrics, pushes and whatever else the API listens to are not. */
const PUBLIC_PATHS = ['/*/ai_agent_core_graphql', '/*/ai_agent_core_ws', '/aws-sockets/*', '/health/ready'];

export interface ApiEntrance {
  balancer: ApplicationLoadBalancer;
  rule: ApplicationListenerRule;
  /** The version that serves, and the one that is about to. */
  targets: { current: ApplicationTargetGroup; next: ApplicationTargetGroup };
}

/** HTTPS from the internet to the API: certificate, name, and rules for what passes. */
export function createEntrance(
  scope: Construct,
  deployment: Deployment,
  vpc: Vpc,
  apiPort: number,
): ApiEntrance {
  const { apiDomain, hostedZone } = deployment.config;
  const zone = HostedZone.fromHostedZoneAttributes(scope, 'Zone', {
    hostedZoneId: hostedZone.id,
    zoneName: hostedZone.name,
  });
  const certificate = new Certificate(scope, 'Certificate', {
    domainName: apiDomain,
    validation: CertificateValidation.fromDns(zone),
  });
  const securityGroup = new SecurityGroup(scope, 'BalancerAccess', {
    vpc,
    description: 'HTTP and HTTPS from everywhere',
    allowAllOutbound: false,
  });
  for (const port of [80, 443]) securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'Clients');
  Validations.of(securityGroup).acknowledge({
    id: 'AwsSolutions-EC23',
    reason: 'Clients of the API come from everywhere.',
  });
  const balancer = new ApplicationLoadBalancer(scope, 'Balancer', {
    loadBalancerName: nameOf(deployment, 'api'),
    vpc,
    internetFacing: true,
    securityGroup,
    idleTimeout: Duration.seconds(IDLE_SECONDS),
    dropInvalidHeaderFields: false, // `part_id` is a header of existing clients, and its underscore is "invalid".
    deletionProtection: deployment.stage.name === 'prod',
  });
  Validations.of(balancer).acknowledge({
    id: 'AwsSolutions-ELB2',
    reason:
      'Its access log holds whole URLs, and sockets carry their token in the URL; the API logs requests without it.',
  });
  new ARecord(scope, 'Name', {
    zone,
    recordName: `${apiDomain}.`,
    target: RecordTarget.fromAlias(new LoadBalancerTarget(balancer)),
  });
  balancer.addListener('Http', {
    port: 80,
    open: false,
    defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
  });
  const listener = new ApplicationListener(scope, 'Https', {
    loadBalancer: balancer,
    port: 443,
    protocol: ApplicationProtocol.HTTPS,
    open: false,
    certificates: [certificate],
    sslPolicy: SslPolicy.RECOMMENDED_TLS,
    defaultAction: ListenerAction.fixedResponse(404, {
      contentType: 'application/json',
      messageBody: '{"detail":"There is nothing here."}',
    }),
  });
  const targetGroup = (id: string) =>
    new ApplicationTargetGroup(scope, id, {
      vpc,
      port: apiPort,
      protocol: ApplicationProtocol.HTTP,
      targetType: TargetType.IP,
      deregistrationDelay: Duration.seconds(IDLE_SECONDS),
      // Whether it lives: ECS ends what is "unhealthy", and a database that is away is no reason to end all tasks.
      healthCheck: { path: '/health/live', interval: Duration.seconds(10), healthyThresholdCount: 2 },
    });
  const targets = { current: targetGroup('ApiTargets'), next: targetGroup('ApiNextTargets') };
  const rule = new ApplicationListenerRule(scope, 'PublicPaths', {
    listener,
    priority: 10,
    conditions: [ListenerCondition.pathPatterns(PUBLIC_PATHS)],
    action: ListenerAction.weightedForward([
      { targetGroup: targets.current, weight: 100 },
      { targetGroup: targets.next, weight: 0 },
    ]),
  });
  return { balancer, rule, targets };
}
