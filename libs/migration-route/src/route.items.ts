import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Instance } from './instance.ts';
import type { Route } from './route.ts';

type Item = Record<string, AttributeValue>;

/** The range key. A tenant routed apart from the others would have `route#<endpoint>` beside it. */
export const ROUTE_ITEM = 'route';
export const INSTANCE_PREFIX = 'instance#';

export function encodeRoute({ side, writes, epoch, changedAt = '' }: Route): Item {
  return {
    side: { S: side },
    writes: { S: writes },
    epoch: { N: String(epoch) },
    changed_at: { S: changedAt },
  };
}

/** @throws Error for an item that says nothing we know: it is not ours to guess which side is meant */
export function decodeRoute(item: Item): Route {
  const side = item.side?.S;
  const writes = item.writes?.S;
  const epoch = Number(item.epoch?.N);
  const known =
    (side === 'source' || side === 'target') &&
    (writes === 'open' || writes === 'closed') &&
    Number.isSafeInteger(epoch);
  if (!known)
    throw new Error('The route item is not one this version understands. Deploy the version that wrote it.');
  return { side, writes, epoch, changedAt: item.changed_at?.S };
}

export function encodeInstance({ kind, ackedEpoch, seenAt, host, protocol }: Instance): Item {
  return {
    kind: { S: kind },
    acked_epoch: { N: String(ackedEpoch) },
    seen_at: { N: String(seenAt) },
    protocol: { N: String(protocol) },
    ...(host !== undefined && { host: { S: host } }),
  };
}

export function decodeInstance(item: Item): Instance {
  return {
    id: (item.item?.S ?? '').slice(INSTANCE_PREFIX.length),
    kind: item.kind?.S ?? '',
    ackedEpoch: Number(item.acked_epoch?.N ?? -1),
    seenAt: Number(item.seen_at?.N ?? 0),
    host: item.host?.S,
    protocol: Number(item.protocol?.N ?? 0),
  };
}
