import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { Patience } from './patience.ts';

export interface Place {
  endpoint?: string;
  region?: string;
}

/** One side's database. Values travel as raw AttributeValues: a number never becomes a JavaScript number. */
export interface Database {
  client: DynamoDBClient;
  streams: DynamoDBStreamsClient;
  close(): void;
}

/** A request that has not been answered by then is given up: the longest a write can be under way. */
export const MAX_REQUEST_MS = 5_000;

/**
 * For reads that may take long, on DynamoDB Local as long as the table is large: nothing depends on their end, and one
 * that is given up is done by the server all the same, before the one that is sent in its place.
 */
export const LONG_READ = { requestTimeout: 20_000 };

export function openDatabase({ endpoint, region = 'us-east-1' }: Place, patience: Patience): Database {
  const settings = {
    endpoint,
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: MAX_REQUEST_MS,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: 128, keepAlive: true },
      httpsAgent: { maxSockets: 128, keepAlive: true },
    },
  };
  const client = new DynamoDBClient(settings);
  const streams = new DynamoDBStreamsClient(settings);
  // There is no logger, and yet it goes through every value of every row in search of secrets to hide from one.
  client.middlewareStack.remove('loggerMiddleware');
  streams.middlewareStack.remove('loggerMiddleware');
  const wait =
    <Args, Result>(next: (args: Args) => Promise<Result>) =>
    (args: Args) =>
      patience.wait(() => next(args));
  client.middlewareStack.add(wait, { step: 'initialize', name: 'patience' });
  streams.middlewareStack.add(wait, { step: 'initialize', name: 'patience' });
  return {
    client,
    streams,
    close: () => {
      client.destroy();
      streams.destroy();
    },
  };
}
