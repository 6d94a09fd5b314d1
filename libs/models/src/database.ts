import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { AWS_PATIENCE, type AwsConfig } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';

/** A question is a dozen calls, many at once; with the library's 50 sockets fifty questions wait for each other. */
const SOCKETS = { keepAlive: true, maxSockets: 200 };

export function dynamoDbClient(aws: AwsConfig, overrides: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({
    region: aws.region,
    endpoint: aws.dynamodb.endpoint,
    requestHandler: { ...AWS_PATIENCE, httpAgent: SOCKETS, httpsAgent: SOCKETS },
    ...overrides,
  });
  // It copies every answer, attribute by attribute, for a logger that is not there: a fifth of what a page costs.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

/**
 * Sends one command and gives its failures our names. Texts of the database stay in `cause`, for the log.
 * @throws AppError `argument.tooLarge`, `argument.invalid` or `storage.unavailable`; failed conditions pass as they are
 */
export async function send<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  if (error instanceof AppError || isConditionFailed(error)) return error;
  const { name, message } = refusal(error);
  if (
    name === 'ValidationException' ||
    name === 'ValidationError' ||
    name === 'ItemCollectionSizeLimitExceededException'
  ) {
    if (/start(ing)? ?key/i.test(message)) {
      return new AppError(
        'cursor.invalid',
        'The cursor is not one of this list. Use a nextCursor it returned, or none.',
        {
          cause: error,
        },
      );
    }
    if (/size/i.test(message)) {
      return new AppError(
        'argument.tooLarge',
        'The row would exceed the 400 KB that one row may have. Shorten its largest field.',
        {
          cause: error,
        },
      );
    }
    return new AppError('argument.invalid', 'The values cannot be stored as they are.', { cause: error });
  }
  return new AppError('storage.unavailable', 'The storage did not answer as expected. Try again.', {
    cause: error,
  });
}

/** What was refused and why; in a transaction that is the first reason there is. */
function refusal(error: unknown): { name: string; message: string } {
  if (!(error instanceof Error)) return { name: '', message: '' };
  if (!('CancellationReasons' in error)) return error;
  const reasons = error.CancellationReasons as { Code?: string; Message?: string }[];
  const { Code = '', Message = '' } = reasons.find((reason) => reason.Code !== 'None') ?? {};
  return { name: Code, message: Message };
}

/** A condition of ours did not hold: the row exists, does not exist, or is not as it was read. */
export function isConditionFailed(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'ConditionalCheckFailedException' ||
      (error.name === 'TransactionCanceledException' &&
        'CancellationReasons' in error &&
        (error.CancellationReasons as { Code?: string }[]).some(
          ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
        )))
  );
}
