import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import type { Place } from '../database/clients.ts';
import { isTransient } from '../database/transient.ts';
import { MigrationError, type Outcome } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';
import { type Check, fail, pass, warn } from './check.ts';

const MAX_SKEW_MS = 60_000;
const PATIENCE_MS = 3_000;
const TRIES = 8;
const PAUSE_MS = 100;

/** @throws MigrationError before anything waits for a database that is not there */
export async function assertReachable(migration: Migration, outcome: Outcome): Promise<void> {
  const wrong = (await reachChecks(migration)).find(({ verdict }) => verdict === 'fail');
  if (wrong) throw new MigrationError(outcome, `${wrong.evidence} ${wrong.fix} Nothing was changed.`);
}

/** Whether both databases answer at all, soon, and with a clock like ours. */
export async function reachChecks({ config }: Migration): Promise<Check[]> {
  const places: [string, Place][] = [
    ['source', config.source],
    [
      'target',
      {
        ...config.source,
        ...(config.target.endpoint && { endpoint: config.target.endpoint }),
        ...(config.target.region && { region: config.target.region }),
      },
    ],
  ];
  const checks = await Promise.all(places.map(([side, place]) => reach(side, place)));
  return checks.flat();
}

async function reach(side: string, { endpoint, region = 'us-east-1' }: Place): Promise<Check[]> {
  const client = new DynamoDBClient({
    endpoint,
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: PATIENCE_MS,
      requestTimeout: PATIENCE_MS,
      throwOnRequestTimeout: true,
    },
  });
  const where = endpoint ?? `DynamoDB in ${region}`;
  try {
    let answeredAt: number | undefined;
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { headers } = (result.response ?? {}) as { headers?: Record<string, string> };
        answeredAt = Date.parse(headers?.date ?? '');
        return result;
      },
      { step: 'deserialize', priority: 'low' },
    );
    await answered(client);
    const skew = Math.abs(Date.now() - (answeredAt ?? Number.NaN));
    return [
      pass(`${side}.reachable`, `${where} answers.`),
      skew > MAX_SKEW_MS
        ? warn(
            `${side}.clock`,
            `Its clock and ours differ by ${Math.round(skew / 1_000)} s.`,
            'Synchronise the clock of this machine: signatures expire.',
          )
        : pass(
            `${side}.clock`,
            Number.isNaN(skew) ? 'It does not say what time it is.' : 'The clocks agree.',
          ),
    ];
  } catch (error) {
    const said = error instanceof Error ? reasonOf(error) : String(error);
    const credentials = /Credential|UnrecognizedClient|AccessDenied|InvalidSignature|ExpiredToken/.test(said);
    return [
      credentials
        ? fail(
            `${side}.credentials`,
            `${where} does not accept the credentials (${said}).`,
            'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role that may read and write both sides.',
          )
        : fail(
            `${side}.reachable`,
            `${where} does not answer (${said}).`,
            `Check ${side}.endpoint and ${side}.region, and that it can be reached from here.`,
          ),
    ];
  } finally {
    client.destroy();
  }
}

/** A few tries: a busy database may refuse one. */
async function answered(client: DynamoDBClient): Promise<void> {
  for (let left = TRIES; ; left--) {
    try {
      await client.send(new ListTablesCommand({ Limit: 1 }));
      return;
    } catch (error) {
      if (left === 1 || !isTransient(error)) throw error;
      await delay(PAUSE_MS);
    }
  }
}

const reasonOf = (error: Error): string =>
  error.name === 'Error' || error.name === 'AggregateError' ? error.message || error.name : error.name;
