import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { Deployed } from './deployed.fixture.ts';

/** Creates the tables of the templates: what they say is what CreateTable is given, but for what has another name there. */
export async function createDeployedTables(client: DynamoDBClient, deployed: Deployed): Promise<string[]> {
  return Promise.all(
    deployed.all('AWS::DynamoDB::Table').map(async (properties) => {
      const {
        PointInTimeRecoverySpecification: _restorable,
        SSESpecification: _encrypted,
        TimeToLiveSpecification,
        StreamSpecification,
        ...input
      } = properties as unknown as CreateTableCommandInput & Record<string, unknown>;
      await client.send(
        new CreateTableCommand({
          ...input,
          ...(StreamSpecification && {
            StreamSpecification: { ...StreamSpecification, StreamEnabled: true },
          }),
        }),
      );
      const { TableName } = input;
      if (TimeToLiveSpecification) {
        const specification = TimeToLiveSpecification as { AttributeName: string; Enabled: boolean };
        await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: specification }));
      }
      return TableName ?? '';
    }),
  );
}
