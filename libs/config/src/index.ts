export { AWS_PATIENCE } from './aws-patience.ts';
export { ConfigurationError, processEnv, type Env } from './env.ts';
export { awsConfig, type AwsConfig } from './aws.config.ts';
export { ADDRESS, apiConfig, type ApiConfig, type JwtConfig } from './api.config.ts';
export { type OutboundConfig } from './outbound.config.ts';
export { runnerConfig, type RunnerConfig } from './runner.config.ts';
export { DEVELOPMENT, localStackConfig, type LocalStackConfig } from './local-stack.config.ts';
export { deploymentConfig, type DeploymentConfig } from './deployment.config.ts';
export { migrationJobConfig } from './migration-job.config.ts';
