import type { DeploymentConfig } from '@agent-engine/config';
import type { Stage } from './stages/stage.ts';

/** One stage as somebody deploys it: what every stack is made from. */
export interface Deployment {
  readonly stage: Stage;
  readonly config: DeploymentConfig;
}

/** Prefix of all names of a deployment: `agent-engine-prod`. */
export const nameOf = ({ stage }: Deployment, what: string): string => `agent-engine-${stage.name}-${what}`;
