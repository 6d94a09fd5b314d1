import { Validations } from 'aws-cdk-lib';
import {
  type ContainerDefinition,
  type ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  type HealthCheck,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  type Secret,
  type Capability,
} from 'aws-cdk-lib/aws-ecs';
import { Duration } from 'aws-cdk-lib';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Size } from '../stages/stage.ts';

/** Longest that Fargate waits between SIGTERM and SIGKILL. */
const STOP_SECONDS = 120;
/** What the apps take to finish: the rest is for sockets and logs. */
export const SHUTDOWN_GRACE_SECONDS = STOP_SECONDS - 10;

export interface AppTaskProps {
  name: string;
  image: ContainerImage;
  size: Pick<Size, 'cpu' | 'memoryMiB'>;
  logs: LogGroup;
  environment: Record<string, string>;
  secrets?: Record<string, Secret>;
  port?: number;
  /** Appended to the image's own. */
  command?: string[];
  /** The app writes files that nobody needs afterwards. */
  temporaryFiles?: boolean;
  /** Path that says the process lives, on the port it names. Absent: it is not asked. */
  health?: { port: number; path: string };
}

/**
 * A task of one container that can do nothing but its work: no root, a file system it cannot write, no Linux
 * capabilities. Its execution role reads its own secrets and image; what the app itself may do is its task role.
 */
export function createAppTask(
  scope: Construct,
  id: string,
  { name, image, size, logs, environment, secrets, port, command, temporaryFiles, health }: AppTaskProps,
): { task: FargateTaskDefinition; container: ContainerDefinition } {
  const task = new FargateTaskDefinition(scope, id, {
    family: name,
    cpu: size.cpu,
    memoryLimitMiB: size.memoryMiB,
    runtimePlatform: {
      cpuArchitecture: CpuArchitecture.ARM64,
      operatingSystemFamily: OperatingSystemFamily.LINUX,
    },
  });
  const linuxParameters = new LinuxParameters(scope, `${id}Linux`, { initProcessEnabled: true });
  linuxParameters.dropCapabilities('ALL' as Capability);
  const container = task.addContainer('app', {
    image,
    environment,
    secrets,
    command,
    linuxParameters,
    readonlyRootFilesystem: true,
    user: '65532:65532',
    stopTimeout: Duration.seconds(STOP_SECONDS),
    logging: LogDrivers.awsLogs({ logGroup: logs, streamPrefix: name }),
    ...(port !== undefined && { portMappings: [{ containerPort: port }] }),
    ...(health && { healthCheck: healthCheck(health) }),
  });
  if (temporaryFiles) {
    task.addVolume({ name: 'tmp' });
    container.addMountPoints({ containerPath: '/tmp', sourceVolume: 'tmp', readOnly: false });
  }
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason: 'Plain variables hold nothing secret; secrets come from Secrets Manager.',
  });
  Validations.of(task.obtainExecutionRole()).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Logging in to the registry (ecr:GetAuthorizationToken) is not about one repository.',
  });
  return { task, container };
}

/** The image has no shell and no curl: Node asks. */
function healthCheck({ port, path }: { port: number; path: string }): HealthCheck {
  const ask = `fetch('http://127.0.0.1:${port}${path}').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))`;
  return {
    command: ['CMD', '/nodejs/bin/node', '-e', ask],
    interval: Duration.seconds(15),
    timeout: Duration.seconds(5),
    retries: 3,
    startPeriod: Duration.seconds(60),
  };
}
