import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { deploymentConfig } from '@agent-engine/config';
import { stageNamed, synthesize } from '@agent-engine/infra';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

export interface Statement {
  Action: string | string[];
  Resource: unknown;
}

const EXAMPLE = new URL('../../infra/example.env', import.meta.url);

/** What a stage is deployed as, read from its templates. */
export class Deployed {
  private readonly resources: Record<string, Resource>;

  constructor(stage: string) {
    const deployment = {
      stage: stageNamed(stage),
      config: deploymentConfig(parseEnv(readFileSync(EXAMPLE, 'utf8')), {
        issuer: stageNamed(stage).tokens === 'issuer',
      }),
    };
    const { stacks } = synthesize([deployment], mkdtempSync(join(tmpdir(), 'deployment-e2e-')));
    this.resources = Object.assign(
      {},
      ...stacks.map((stack) => (stack.template as { Resources: object }).Resources),
    ) as Record<string, Resource>;
  }

  all(type: string): Record<string, unknown>[] {
    return Object.values(this.resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties);
  }

  /** Variables of a container that are given as they are; those that are references only AWS can fill in. */
  environment(family: string): Record<string, string> {
    const task = this.all('AWS::ECS::TaskDefinition').find(({ Family }) => Family === family);
    const [container] = task?.ContainerDefinitions as { Environment: { Name: string; Value: unknown }[] }[];
    const plain = container?.Environment.filter(({ Value }) => typeof Value === 'string') ?? [];
    return Object.fromEntries(plain.map(({ Name, Value }) => [Name, Value as string]));
  }

  /** What the role whose logical id begins so may do. */
  statements(role: string): Statement[] {
    return Object.entries(this.resources)
      .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(role))
      .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
  }
}
