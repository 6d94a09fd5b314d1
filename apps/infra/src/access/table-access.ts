import {
  entities,
  type EntityDefinition,
  internalEntities,
  migrationControlTable,
  tableName,
} from '@agent-engine/entities';
import type { Stack } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { tableArn } from '../data/data.stack.ts';
import { allowWide } from './grants.ts';
import type { Stage } from '../stages/stage.ts';

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
/** A transaction needs no permission of its own: its parts do. */
const WRITE = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'];

/** All that hold rows of tenants or of everybody. */
export const allEntities: readonly EntityDefinition[] = [...entities, ...internalEntities];

/** Statements about the entities' tables, each for some of them. */
export class TableAccess {
  private readonly stack: Stack;
  private readonly stage: Stage;

  constructor(stack: Stack, stage: Stage) {
    this.stack = stack;
    this.stage = stage;
  }

  /** Rows by key and by index; of tables that are everybody's also as a whole. */
  allowRead(role: IRole): void {
    const indexes = 'All indexes of this table, which hold nothing but its rows.';
    const global = allEntities.filter(({ scope }) => scope === 'global');
    allowWide(role, indexes, this.allow(READ, allEntities, { indexes: true }));
    allowWide(role, indexes, this.allow(['dynamodb:Scan'], global, { indexes: true }));
  }

  write(definitions: readonly EntityDefinition[] = allEntities): PolicyStatement[] {
    return [this.allow(WRITE, definitions)];
  }

  delete(definitions: readonly EntityDefinition[] = allEntities): PolicyStatement[] {
    return [this.allow(['dynamodb:DeleteItem'], definitions)];
  }

  /**
   * What those who follow a migration do with its control table: read it, and say that they are there. Policies know
   * hash keys only, so it is the migration's rows that they may write, not just their own among these.
   */
  followMigration(id: string): PolicyStatement[] {
    return [
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
        resources: [tableArn(this.stack, migrationControlTable(this.stage.tables))],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [id] } },
      }),
    ];
  }

  /** Whether a table is there: what readiness asks. */
  describe(definition: EntityDefinition): PolicyStatement {
    return this.allow(['dynamodb:DescribeTable'], [definition]);
  }

  private allow(
    actions: string[],
    definitions: readonly EntityDefinition[],
    { indexes = false } = {},
  ): PolicyStatement {
    return new PolicyStatement({
      effect: Effect.ALLOW,
      actions,
      resources: definitions.flatMap((definition) => {
        const arn = tableArn(this.stack, { TableName: tableName(definition, this.stage.tables) });
        return indexes ? [arn, `${arn}/index/*`] : [arn];
      }),
    });
  }
}
