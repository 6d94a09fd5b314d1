import { isDeepStrictEqual } from 'node:util';
import type { TableProperties } from '@agent-engine/entities';
import { DeploymentRefused } from '../deployment-refused.ts';

/**
 * What CloudFormation cannot change in a table: with any other value it makes a new, empty one. Attributes of keys
 * count among it: a new index may bring new ones, but those that are there keep their type.
 */
export type FrozenTable = Pick<
  TableProperties,
  'TableName' | 'KeySchema' | 'LocalSecondaryIndexes' | 'AttributeDefinitions'
>;

/** Logical id → table. */
export type FrozenTables = Readonly<Record<string, FrozenTable>>;

export function frozenPart(properties: FrozenTable): FrozenTable {
  const { TableName, KeySchema, LocalSecondaryIndexes, AttributeDefinitions } = properties;
  return {
    TableName,
    KeySchema,
    AttributeDefinitions,
    ...(LocalSecondaryIndexes && { LocalSecondaryIndexes }),
  };
}

/**
 * @param mayGo tables that are taken out of the stage on purpose: they stay in the account, with their rows
 * @throws DeploymentRefused when deploying `next` over `deployed` would put an empty table in the place of one
 */
export function assertNoTableReplaced(
  stage: string,
  deployed: FrozenTables,
  next: FrozenTables,
  mayGo: (id: string) => boolean = () => false,
): void {
  for (const [id, before] of Object.entries(deployed)) {
    const after = next[id];
    if (!after && mayGo(id)) continue;
    const why = after ? difference(before, after) : 'its resource is gone';
    if (why !== undefined) {
      throw new DeploymentRefused(
        `Stage ${stage}: table ${before.TableName} (${id}) is deployed and would be replaced by an empty one, because ${why}: ` +
          'make a new table beside it and move the data.',
      );
    }
  }
}

function difference(before: FrozenTable, after: FrozenTable): string | undefined {
  if (before.TableName !== after.TableName) return `its name would become ${after.TableName}`;
  if (!isDeepStrictEqual(before.KeySchema, after.KeySchema)) return 'its key would change';
  if (!isDeepStrictEqual(before.LocalSecondaryIndexes, after.LocalSecondaryIndexes)) {
    return `its local indexes would change from ${indexNames(before)} to ${indexNames(after)}, in order, keys or projection`;
  }
  const types = new Map(
    after.AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
  const retyped = before.AttributeDefinitions.find(({ AttributeName, AttributeType }) => {
    const type = types.get(AttributeName);
    return type !== undefined && type !== AttributeType;
  });
  return retyped && `the type of its attribute ${retyped.AttributeName} would change`;
}

const indexNames = ({ LocalSecondaryIndexes = [] }: FrozenTable): string =>
  LocalSecondaryIndexes.map(({ IndexName }) => IndexName).join(', ') || 'none';
