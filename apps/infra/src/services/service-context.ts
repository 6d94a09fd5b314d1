import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Cluster, Secret } from 'aws-cdk-lib/aws-ecs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { DataStack } from '../data/data.stack.ts';
import type { Deployment } from '../deployment.ts';
import type { ImagesStack } from '../images/images.stack.ts';
import type { SocketGateway } from './socket-gateway.ts';

/** What a service is made from. */
export interface ServiceContext {
  deployment: Deployment;
  data: DataStack;
  files: IBucket;
  key: IKey;
  images: ImagesStack;
  cluster: Cluster;
  sockets: SocketGateway;
  secrets: Record<string, Secret>;
  logs: LogGroup;
  securityGroup: ISecurityGroup;
  /** Names of the alarms that undo a deployment of it. */
  undoing: string[];
}
