import { ConfigurationError, deploymentConfig, processEnv } from '@agent-engine/config';
import { DeploymentRefused } from './deployment-refused.ts';
import { stageNamed, stages } from './stages/stages.ts';

/** Stages are named as arguments; none means all. The CDK's command says where templates go. */
const names = process.argv.slice(2);
try {
  const chosen = names.length > 0 ? names.map(stageNamed) : stages;
  const env = processEnv();
  const deployments = chosen.map((stage) => ({
    stage,
    config: deploymentConfig(env, { issuer: stage.tokens === 'issuer' }),
  }));
  // Loading the CDK takes longer than all of the above: whoever is refused need not wait for it.
  const { synthesize } = await import('./synthesize.ts');
  synthesize(deployments, env.CDK_OUTDIR);
} catch (error) {
  if (!(error instanceof DeploymentRefused || error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
