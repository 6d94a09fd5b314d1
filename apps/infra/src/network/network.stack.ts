import { Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { DataStack } from '../data/data.stack.ts';
import { type Deployment, nameOf } from '../deployment.ts';
import { createLogGroup } from '../services/log-group.ts';

/** AWS services that tasks call: reached without leaving the network. */
const SERVICES: Record<string, InterfaceVpcEndpointAwsService> = {
  Sqs: InterfaceVpcEndpointAwsService.SQS,
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Kms: InterfaceVpcEndpointAwsService.KMS,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrImages: InterfaceVpcEndpointAwsService.ECR_DOCKER,
};

/** Tasks run in private subnets; what they call besides AWS (model providers, tools) they reach through NAT. */
export class NetworkStack extends Stack {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, deployment: Deployment, data: DataStack, props: StackProps) {
    super(scope, id, props);
    const { network, logDays } = deployment.stage;
    this.vpc = new Vpc(this, 'Vpc', {
      vpcName: nameOf(deployment, 'vpc'),
      ipAddresses: IpAddresses.cidr(network.cidr),
      availabilityZones: zones(deployment),
      natGateways: network.natGateways,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'Tasks', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
      ],
    });
    this.vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(
        createLogGroup(this, 'FlowLogs', {
          name: nameOf(deployment, 'flow'),
          days: logDays,
          key: data.keyFor(this),
        }),
      ),
    });
    this.vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
    this.vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    for (const [name, service] of Object.entries(SERVICES)) {
      const endpoint = new InterfaceVpcEndpoint(this, name, { vpc: this.vpc, service });
      Validations.of(endpoint).acknowledge({
        id: 'AwsSolutions-EC23',
        reason:
          'Open to the addresses of this network only; the rule cannot read an address that is a reference.',
      });
    }
  }
}

function zones({ config, stage }: Deployment): string[] {
  const named = config.zones ?? ['a', 'b', 'c'].map((letter) => `${config.region}${letter}`);
  return named.slice(0, stage.network.zones);
}
