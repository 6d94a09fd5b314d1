import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AppError } from '@agent-engine/errors';
import { MAX_REQUEST_MS } from './fence-protocol.ts';
import { GuardedBody, NotSent } from './guarded-body.ts';
import type { Route } from './route.ts';
import type { RouteWatcher } from './route.watcher.ts';

/** Everything else counts as a write. */
const READS = new Set([
  'GetItemCommand',
  'BatchGetItemCommand',
  'QueryCommand',
  'ScanCommand',
  'TransactGetItemsCommand',
  'DescribeTableCommand',
  'ListTablesCommand',
]);

/** Attempts whose permission went by before they could be sent, after which an operation gives up. */
const MAX_LATE = 5;

export interface GateOptions {
  /** How long a write waits for a closed route to open again before it is refused. */
  fenceWaitMs: number;
}

/**
 * Puts every attempt of every operation of the client, the SDK's own retries included, under the route: refused before
 * anything is sent while the data is on the other side, and writes while the route is closed.
 */
export function gateClient(client: DynamoDBClient, watcher: RouteWatcher, options: GateOptions): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const isWrite = !READS.has(context.commandName ?? '');
      const { body } = args.request as { body: string | Uint8Array };
      for (let late = 0; ; late++) {
        const route = await admit(watcher, isWrite, options);
        const guarded = new GuardedBody(body, {
          isPermitted: () => watcher.route?.epoch === route.epoch,
          hasDeadline: isWrite,
        });
        try {
          return await attempt(watcher, isWrite ? route : undefined, guarded, () =>
            next({ ...args, request: Object.assign({}, args.request, { body: guarded }) }),
          );
        } catch (error) {
          if (!(error instanceof NotSent) || late === MAX_LATE) throw error;
        }
      }
    },
    // Last, after the retries and the signature: only the request handler comes between this and the socket.
    { name: 'migrationRoute', step: 'finalizeRequest', priority: 'low' },
  );
}

async function admit(watcher: RouteWatcher, isWrite: boolean, { fenceWaitMs }: GateOptions): Promise<Route> {
  for (const asked = performance.now(); ;) {
    const route = await watcher.here();
    if (!isWrite || route.writes === 'open') return route;
    const left = fenceWaitMs - (performance.now() - asked);
    if (left <= 0) throw fenced();
    await watcher.changed(route.epoch, left);
  }
}

/** Counts a write as on its way until its answer is there, or until there cannot be one any more. */
async function attempt<T>(
  { writes }: RouteWatcher,
  admitted: Route | undefined,
  body: GuardedBody,
  send: () => Promise<T>,
): Promise<T> {
  if (!admitted) return send();
  const { epoch } = admitted;
  writes.begin(epoch);
  const end = () => writes.end(epoch);
  try {
    const answer = await send();
    end();
    return answer;
  } catch (error) {
    if (body.sentAt === undefined || isAnswer(error)) end();
    else setTimeout(end, body.sentAt + MAX_REQUEST_MS - performance.now()).unref();
    throw error;
  } finally {
    body.settle();
  }
}

/** An error that the database itself gave: it is done with the request. */
function isAnswer(error: unknown): boolean {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode !== undefined;
}

const fenced = () =>
  new AppError(
    'migration.fenced',
    'The data is being moved and cannot be changed at the moment. Try again in a few seconds.',
  );
