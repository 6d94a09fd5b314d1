import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, errorAnswer, jsonAnswer } from './answer.ts';
import type { Call } from './call.ts';
import type { Fault, Throttled } from './fault.ts';
import { holdBack } from './partial-batch.ts';
import { collectionFull, conflict, type Refusal, refuse, throttled, throttledOnDemand } from './refusals.ts';

export type Outcome = 'dropped' | { answer: Answer; cut?: boolean };

/** Sends bytes to the database. */
type Reach = (body: Buffer) => Promise<Answer>;

/**
 * What a call with that fault comes to.
 * @param later takes what goes on after the answer
 */
export async function suffer(
  call: Call,
  fault: Fault | undefined,
  body: Buffer,
  reach: Reach,
  later: (work: Promise<unknown>) => void,
): Promise<Outcome> {
  switch (fault?.kind) {
    case undefined:
      return { answer: await reach(body) };
    case 'drop':
      if (fault.when === 'after') await reach(body);
      return 'dropped';
    case 'cut':
      return { answer: await reach(body), cut: true };
    case 'delay': {
      if (fault.when === 'before') await delay(fault.ms);
      const answer = await reach(body);
      if (fault.when === 'after') await delay(fault.ms);
      return { answer };
    }
    case 'duplicate': {
      const again = async () => {
        await delay(fault.lateMs);
        await reach(body);
      };
      const first = reach(body);
      later(again());
      return { answer: await first };
    }
    case 'throttle':
      return {
        answer: await refused(call, call.n % 2 ? throttled : throttledOnDemand, reach, heldBy(fault, call)),
      };
    case 'conflict':
      return { answer: await refused(call, conflict, reach) };
    case 'collectionFull':
      return { answer: await refused(call, collectionFull, reach) };
    case 'invalid':
      return {
        answer: errorAnswer('ValidationException', 'Item size has exceeded the maximum allowed size'),
      };
    case 'serverError':
      return { answer: serverError(fault.status) };
    case 'expiredIterator':
      return {
        answer: errorAnswer(
          'ExpiredIteratorException',
          'Iterator expired. The iterator was created more than 15 minutes ago.',
        ),
      };
    case 'trimmed':
      return {
        answer: errorAnswer(
          'TrimmedDataAccessException',
          'The operation attempted to read past the oldest stream record in a shard.',
        ),
      };
  }
}

type Hold = (position: number) => boolean;

/** Every entry whose position fits the call's number. */
const someOf =
  ({ n }: Call): Hold =>
  (position) =>
    (position + n) % 3 === 0;

function heldBy({ whole, passes }: Throttled, call: Call): Hold {
  if (passes !== undefined) return (position) => position >= passes;
  return whole ? () => true : someOf(call);
}

/** A batch in part, everything else as a whole. */
async function refused(
  call: Call,
  refusal: Refusal,
  reach: Reach,
  hold: Hold = someOf(call),
): Promise<Answer> {
  const batch = holdBack(call, hold, refusal);
  // Statements are refused one by one, even all of them; other batches of which nothing was done fail as a whole.
  if (batch && !batch.forwarded && call.operation === 'BatchExecuteStatement') {
    return batch.complete(jsonAnswer({ Responses: [] }));
  }
  if (!batch?.forwarded) return refuse(call, refusal, call.n);
  return batch.complete(await reach(Buffer.from(JSON.stringify(batch.forwarded))));
}

function serverError(status: 500 | 503 = 500): Answer {
  return status === 500
    ? errorAnswer('InternalServerError', 'Internal server error', {}, 500)
    : errorAnswer('ServiceUnavailable', 'Service is temporarily unavailable', {}, 503);
}
