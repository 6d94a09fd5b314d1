import { DescribeContinuousBackupsCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import type { Database } from '../database/clients.ts';
import { type Check, pass, warn } from './check.ts';

/** Whether what is there could be brought back if everything else failed. */
export async function protectionChecks(
  { client }: Database,
  side: 'source' | 'target',
  table: string,
  found: TableDescription,
): Promise<Check[]> {
  return [
    found.DeletionProtectionEnabled
      ? pass(`${side}.deletion-protection`, 'It cannot be deleted by mistake.', table)
      : warn(
          `${side}.deletion-protection`,
          `${found.TableName} can be deleted.`,
          'Turn deletion protection on until the migration is completed.',
          table,
        ),
    await backups(),
  ];

  async function backups(): Promise<Check> {
    try {
      const { ContinuousBackupsDescription: backup } = await client.send(
        new DescribeContinuousBackupsCommand({ TableName: found.TableName }),
      );
      const on = backup?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED';
      return on
        ? pass(`${side}.backups`, 'It can be restored to any second.', table)
        : warn(
            `${side}.backups`,
            `${found.TableName} has no point-in-time recovery.`,
            'Turn it on before a production run.',
            table,
          );
    } catch (error) {
      return warn(
        `${side}.backups`,
        `Nobody can say whether it can be restored (${error instanceof Error ? error.name : String(error)}).`,
        'Allow dynamodb:DescribeContinuousBackups; DynamoDB Local has no backups.',
        table,
      );
    }
  }
}
