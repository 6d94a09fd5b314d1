import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@agent-engine/errors';
import type { KeptFrame, KeptFrames } from './ask-port.ts';
import type { Connection } from './connection.ts';

/** Frames are kept a quarter of a second after they were made; looking more often finds nothing. */
const POLL_MS = 200;
/** Looks without a frame after which a run that is over has no more. */
const LAST_LOOKS = 15;
/** Each attempt to answer begins to count anew, at a multiple of this. */
const NUMBERS_PER_ATTEMPT = 1_000_000;

/**
 * Sends a client what it has missed of a run, then what is still coming, up to the run's end, its socket's, or a silence
 * that is too long.
 * @throws AppError `run.timedOut`; `entity.notFound` when the run is over and its frames are not all there
 */
export async function replayFrames(
  connection: Connection,
  frames: KeptFrames,
  { afterSeq, silenceMs }: { afterSeq: number; silenceMs: number },
): Promise<void> {
  let last = afterSeq;
  let looks = 0;
  for (let heard = performance.now(); connection.isOpen;) {
    const isOver = looks > 0 && (await frames.isOver());
    const next = following(await frames.after(last), last);
    for (const frame of next) {
      await connection.drained();
      if (!connection.isOpen) return;
      connection.push(JSON.stringify(frame));
      last = frame.seq;
      if (frame.type === 'run.finished') return;
    }
    if (next.length > 0) {
      looks = 0;
      heard = performance.now();
      continue;
    }
    if (isOver && ++looks > LAST_LOOKS) throw notKept();
    looks ||= 1;
    if (performance.now() - heard > silenceMs) {
      throw silence();
    }
    await delay(POLL_MS);
  }
}

/** The frames that come next without a gap: rows of one moment may become visible in any order. */
function following(frames: readonly KeptFrame[], last: number): KeptFrame[] {
  const next: KeptFrame[] = [];
  for (const frame of frames) {
    if (frame.seq <= last) continue;
    if (frame.seq !== last + 1 && frame.seq % NUMBERS_PER_ATTEMPT !== 1) break;
    next.push(frame);
    last = frame.seq;
  }
  return next;
}

export const silence = () =>
  new AppError('run.timedOut', 'Nothing has been heard of the answer for too long.');

const notKept = () =>
  new AppError(
    'entity.notFound',
    'The frames of this run are not kept, or not any more. Read its messages instead.',
  );
