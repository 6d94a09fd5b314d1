export { DeploymentRefused } from './deployment-refused.ts';
export type { Deployment } from './deployment.ts';
export { stageNamed, stages } from './stages/stages.ts';
export { synthesize } from './synthesize.ts';
