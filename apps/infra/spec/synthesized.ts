import { mkdtempSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { deploymentConfig } from '@agent-engine/config';
import { Template } from 'aws-cdk-lib/assertions';
import { stages, synthesize } from '../src/index.ts';

const EXAMPLE = new URL('../example.env', import.meta.url);
export const exampleVariables = () => parseEnv(readFileSync(EXAMPLE, 'utf8'));

/** All stages with the variables of the example, through every rule of cdk-nag. */
export function synthesizeAll(names = stages.map(({ name }) => name)): StackTemplate {
  const deployments = stages
    .filter(({ name }) => names.includes(name))
    .map((stage) => ({
      stage,
      config: deploymentConfig(exampleVariables(), { issuer: stage.tokens === 'issuer' }),
    }));
  const assembly = synthesize(deployments, mkdtempSync(join(tmpdir(), 'infra-spec-')));
  return (stage, stack) =>
    Template.fromJSON(assembly.getStackByName(`agent-engine-${stage}-${stack}`).template as object);
}

export type StackTemplate = (stage: string, stack: string) => Template;

export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: object;
}

/** What the roles whose id begins so may do. */
export function statementsOf(template: Template, role: string): Statement[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')) as [string, Policy][];
  return policies
    .filter(([id]) => id.startsWith(role))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

export const actionsOf = (statements: readonly Statement[]): string[] =>
  statements.flatMap(({ Action }) => Action);

/** Statements that name this in a resource. */
export const about = (statements: readonly Statement[], text: string): Statement[] =>
  statements.filter(({ Resource }) => JSON.stringify(Resource).includes(text));

interface Policy {
  Properties: { PolicyDocument: { Statement: Statement[] } };
}
