import {
  entities,
  isFollowed,
  legacyTableProperties,
  migrationControlTable,
  operationalTables,
  tableProperties,
  type TableProperties,
  timeToLive,
} from '@agent-engine/entities';
import type { Stage } from '../stages/stage.ts';

export interface StageTable {
  /** Logical id of its resource. CloudFormation takes another id for another table. */
  id: string;
  properties: TableProperties;
  /** Its changes can be read as a stream: that is how data moves while it is in use. */
  followed: boolean;
  timeToLive?: { AttributeName: string; Enabled: true };
}

/** Every table of a stage: those of the entities, the same nine as before partitions, and the engine's own. */
export function stageTables({ tables: naming, migration }: Stage): readonly StageTable[] {
  const current = entities.map((definition) => ({
    id: `${definition.typeName}Table`,
    properties: tableProperties(definition, naming),
    followed: isFollowed(definition),
    timeToLive: timeToLive(definition),
  }));
  const legacy = entities
    .filter(({ scope }) => naming.legacy && scope === 'partition')
    .map((definition) => ({
      id: `${definition.typeName}${LEGACY}`,
      properties: legacyTableProperties(definition, naming),
      followed: true,
    }));
  const own = operationalTables(naming).map(({ typeName, properties, timeToLive }) => ({
    id: `${typeName}Table`,
    properties,
    followed: false,
    timeToLive,
  }));
  const control = { id: CONTROL, properties: migrationControlTable(naming), followed: false };
  return [...current, ...legacy, ...own, ...(migration ? [control] : [])];
}

const LEGACY = 'LegacyTable';
const CONTROL = 'MigrationControlTable';

/** Tables that a stage lets go once its data has moved. They stay in the account. */
export const servesMigration = (id: string): boolean => id.endsWith(LEGACY) || id === CONTROL;
