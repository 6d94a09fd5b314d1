import { DeploymentRefused } from '../deployment-refused.ts';
import { dev } from './dev.stage.ts';
import { prod } from './prod.stage.ts';
import type { Stage } from './stage.ts';
import { staging } from './staging.stage.ts';

/** In the order in which a change goes through them. */
export const stages: readonly Stage[] = [dev, staging, prod];

/** @throws DeploymentRefused for a name that is none, or a stage that contradicts itself */
export function stageNamed(name: string): Stage {
  const stage = stages.find((candidate) => candidate.name === name);
  if (!stage) {
    const names = stages.map((candidate) => candidate.name).join(', ');
    throw new DeploymentRefused(`There is no stage ${JSON.stringify(name)}: the stages are ${names}.`);
  }
  assertSound(stage);
  return stage;
}

export function assertSound({ name, tables, migration }: Stage): void {
  if (tables.legacy && tables.tenantTableSuffix === '') {
    throw new DeploymentRefused(
      `Stage ${name} has legacy tables and no tenantTableSuffix: old and new tenant tables would have the same names.`,
    );
  }
  if (migration && !tables.legacy) {
    throw new DeploymentRefused(`Stage ${name} has a migration but no legacy tables to move data from.`);
  }
}
