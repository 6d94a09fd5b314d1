import { internalEntities } from './internal-entities.ts';
import { tableProperties, timeToLive, type TableNaming, type TableProperties } from './table.ts';

/** A table of the engine itself: no entity of the contract's, so that nothing lists, migrates or shows it. */
export interface OperationalTable {
  /** Names its resource in the infrastructure. */
  typeName: string;
  properties: TableProperties;
  /** What UpdateTimeToLive and CloudFormation call a specification. */
  timeToLive?: { AttributeName: string; Enabled: true };
}

/** Sockets that API Gateway holds: whose each is, until it closes or cannot be open any more. */
export const socketConnectionTable = ({
  tablePrefix,
}: Pick<TableNaming, 'tablePrefix'>): OperationalTable => ({
  typeName: 'SocketConnection',
  properties: {
    TableName: `${tablePrefix}socket_connections`,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'connection_id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'connection_id', KeyType: 'HASH' }],
  },
  timeToLive: { AttributeName: 'expires_at', Enabled: true },
});

/** All of them. Who makes tables makes those of the entities and these. */
export const operationalTables = (naming: TableNaming): readonly OperationalTable[] => [
  socketConnectionTable(naming),
  ...internalEntities.map((definition) => ({
    typeName: definition.typeName,
    properties: tableProperties(definition, naming),
    timeToLive: timeToLive(definition),
  })),
];
