import { setTimeout as delay } from 'node:timers/promises';
import {
  type DynamoDBClient,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { AppError } from '@agent-engine/errors';
import { isConditionFailed, send } from './database.ts';

/** What one transaction takes. */
export const MAX_TRANSACTION_ITEMS = 100;

const MAX_ATTEMPTS = 30;

/** All or nothing. Failed conditions pass as they are: {@link retried} or the caller knows what they mean. */
export async function transact(client: DynamoDBClient, items: TransactWriteItem[]): Promise<void> {
  await send(client.send(new TransactWriteItemsCommand({ TransactItems: items })));
}

/**
 * Reads, decides and writes on condition that what was read still stands; starts over where it does not.
 * @throws AppError `entity.conflict` when others never leave it alone
 */
export async function retried<T>(entityName: string, attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      if (count === MAX_ATTEMPTS) {
        throw new AppError('entity.conflict', `Others keep changing this ${entityName}. Try again.`, {
          cause: error,
        });
      }
      await delay(Math.random() * Math.min(500, 10 * 2 ** count));
    }
  }
}
