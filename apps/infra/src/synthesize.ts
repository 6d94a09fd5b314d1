import { App, Tags, Validations } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DataStack } from './data/data.stack.ts';
import { type Deployment, nameOf } from './deployment.ts';
import { ImagesStack } from './images/images.stack.ts';
import { MigrationStack } from './migration/migration.stack.ts';
import { MonitoringStack } from './monitoring/monitoring.stack.ts';
import { NetworkStack } from './network/network.stack.ts';
import { ServicesStack } from './services/services.stack.ts';
import { assertTablesKept } from './tables/deployed-tables.ts';

/** Behaviour of the CDK that new projects have; without these it is as it was years ago. */
const CONTEXT = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/aws-ecs:arnFormatIncludesClusterName': true,
  '@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker': true,
  '@aws-cdk/aws-ecs:reduceEc2FargateCloudWatchPermissions': true,
  // Scaling decides how many tasks there are: a deployment must not take them back to the number it began with.
  '@aws-cdk/aws-ecs:removeDefaultDesiredCount': true,
  '@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal': true,
  '@aws-cdk/aws-stepfunctions-tasks:ecsReduceRunTaskPermissions': true,
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
};

/**
 * The templates of these stages, without asking anybody anything.
 * @param outdir where they are written; a folder of its own for each call when absent
 * @throws DeploymentRefused for what must not be deployed
 */
export function synthesize(deployments: readonly Deployment[], outdir?: string): CloudAssembly {
  const app = new App({ outdir, context: CONTEXT, analyticsReporting: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  for (const deployment of deployments) {
    assertTablesKept(deployment.stage);
    addStage(app, deployment);
  }
  return app.synth();
}

function addStage(app: App, deployment: Deployment): void {
  const { account, region } = deployment.config;
  const { migration } = deployment.stage;
  const props = { env: { account, region } };
  const id = (what: string) => nameOf(deployment, what);
  const data = new DataStack(app, id('data'), deployment, props);
  const images = new ImagesStack(app, id('images'), deployment, props);
  const { vpc } = new NetworkStack(app, id('network'), deployment, data, props);
  const services = new ServicesStack(app, id('services'), deployment, { data, images, vpc }, props);
  const { alerts } = services;
  const below = { data, images, vpc, alerts };
  const moving =
    migration && new MigrationStack(app, id('migration'), { deployment, migration, below }, props);
  const watched = { services, migration: moving?.metrics };
  const monitoring = new MonitoringStack(app, id('monitoring'), deployment, watched, props);
  for (const stack of [data, images, services, moving, monitoring]) {
    if (stack) Tags.of(stack).add('agent-engine', deployment.stage.name);
  }
}
