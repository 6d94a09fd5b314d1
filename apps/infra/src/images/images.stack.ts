import { Stack, type StackProps } from 'aws-cdk-lib';
import { RemovalPolicy } from 'aws-cdk-lib';
import { Repository, TagMutability } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';

export const APPS = ['api', 'agent-runner', 'migration-worker'] as const;
export type AppName = (typeof APPS)[number];

const KEPT_IMAGES = 50;

/** Where images are before anything runs them: deployed first. A tag, once pushed, is that image forever. */
export class ImagesStack extends Stack {
  private readonly repositories: Record<AppName, Repository>;
  private readonly tag: string;

  constructor(scope: Construct, id: string, deployment: Deployment, props: StackProps) {
    super(scope, id, props);
    this.tag = deployment.config.imageTag;
    const repository = (app: AppName) =>
      new Repository(this, app, {
        repositoryName: nameOf(deployment, app),
        imageTagMutability: TagMutability.IMMUTABLE,
        imageScanOnPush: true,
        lifecycleRules: [{ maxImageCount: KEPT_IMAGES }],
        removalPolicy: RemovalPolicy.RETAIN,
      });
    this.repositories = {
      api: repository('api'),
      'agent-runner': repository('agent-runner'),
      'migration-worker': repository('migration-worker'),
    };
  }

  /** The build that is deployed. */
  imageOf(app: AppName): ContainerImage {
    return ContainerImage.fromEcrRepository(this.repositories[app], this.tag);
  }
}
