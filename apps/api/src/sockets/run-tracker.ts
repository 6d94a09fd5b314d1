import { isDeepStrictEqual } from 'node:util';

/** A frame as runners push it; `message_group_id` is `{connection}-{run}`, with `-rs#{n}` for reasoning. */
export type PushedFrame = Readonly<Record<string, unknown>>;

/**
 * Whether a question of one socket is still being answered. Told by the frames that pass through the socket:
 * a run is over with the end frame of its answer, so that the client may ask again at once, or with an error or
 * result when there was no end frame. A result or error that trails an end frame belongs to the run before.
 */
export class RunTracker {
  private readonly connectionId: string;
  private current:
    | {
        runUuid?: string;
        silence: NodeJS.Timeout;
        onAbandoned?: () => void;
        /** The last frame of each series that passed. */
        passed: Map<string, { number: number; frame: PushedFrame }>;
      }
    | undefined;
  private ended: { runUuid?: string; owesTrailer: boolean } = { owesTrailer: false };
  /** Types of the notices that came with the end of that run or after it. */
  private readonly noticed = new Set<unknown>();

  constructor(connectionId: string) {
    this.connectionId = connectionId;
  }

  get busy(): boolean {
    return this.current !== undefined;
  }

  /** @param onSilence called when no frame of the run has come for `silenceMs`; the run is given up then */
  begin(runUuid: string | undefined, silenceMs: number, onSilence: () => void): void {
    this.end();
    const silence = setTimeout(() => {
      this.end();
      onSilence();
    }, silenceMs);
    this.current = { runUuid, silence, passed: new Map() };
    if (runUuid === this.ended.runUuid) this.ended = { owesTrailer: false };
  }

  /**
   * The run has got its id. Its first frames may have come already, even its last.
   * @param onAbandoned called when the socket closes before the run is over
   */
  accepted(runUuid: string, onAbandoned?: () => void): void {
    if (this.current) Object.assign(this.current, { runUuid, onAbandoned });
  }

  /** Whether the end of this run's answer has passed, be it before the run was accepted. */
  hasEnded(runUuid: string): boolean {
    return this.ended.runUuid === runUuid;
  }

  /** The socket has closed. */
  close(): void {
    const { onAbandoned } = this.current ?? {};
    this.end();
    onAbandoned?.();
  }

  /** The run came to nothing. */
  end(): void {
    clearTimeout(this.current?.silence);
    this.current = undefined;
  }

  /** As {@link end}, unless another run has begun since. */
  endOf(runUuid: string): void {
    if (this.current?.runUuid === runUuid) this.end();
  }

  /**
   * Whether the frame may pass: nothing of an answer that has ended does, and each notice of its end does once. A runner
   * that died right after it had told the end leaves it to be told again. Nor does a frame that has passed: a push whose
   * answer was lost is sent again.
   */
  admits(frame: PushedFrame): boolean {
    const runUuid = this.runOf(frame);
    if (runUuid === undefined || runUuid !== this.ended.runUuid) return !this.hasPassed(frame, runUuid);
    if (!isTrailer(frame) || this.noticed.has(frame.type)) return false;
    this.noticed.add(frame.type);
    return true;
  }

  observe(frame: PushedFrame): void {
    const runUuid = this.runOf(frame);
    const trailer = isTrailer(frame);
    if (this.isOfEndedRun(runUuid, trailer)) {
      this.ended.owesTrailer &&= !trailer;
      return;
    }
    if (!this.current || !this.isOfCurrentRun(runUuid)) return;
    this.current.silence.refresh();
    const place = placeOf(frame);
    if (place) this.current.passed.set(place.series, { number: place.number, frame });
    if (!trailer && !isAnswerEnd(frame)) return;
    this.ended = { runUuid: runUuid ?? this.current.runUuid, owesTrailer: !trailer };
    this.noticed.clear();
    if (trailer) this.noticed.add(frame.type);
    this.end();
  }

  private hasPassed(frame: PushedFrame, runUuid: string | undefined): boolean {
    if (!this.current || runUuid === undefined || !this.isOfCurrentRun(runUuid)) return false;
    const place = placeOf(frame);
    const last = place && this.current.passed.get(place.series);
    if (!last || place.number > last.number) return false;
    return place.number < last.number || isDeepStrictEqual(frame, last.frame);
  }

  private isOfEndedRun(runUuid: string | undefined, trailer: boolean): boolean {
    return runUuid === undefined ? trailer && this.ended.owesTrailer : runUuid === this.ended.runUuid;
  }

  private isOfCurrentRun(runUuid: string | undefined): boolean {
    return runUuid === undefined || (this.current?.runUuid ?? runUuid) === runUuid;
  }

  private runOf({ message_group_id: group, run_uuid: runUuid, result }: PushedFrame): string | undefined {
    if (typeof group === 'string' && group.startsWith(`${this.connectionId}-`)) {
      return group.slice(this.connectionId.length + 1).replace(REASONING, '');
    }
    const told = (result ?? {}) as { run_uuid?: unknown; current_run_uuid?: unknown };
    return [runUuid, told.run_uuid, told.current_run_uuid].find((id) => typeof id === 'string');
  }
}

const REASONING = /-rs#.*$/;

/** Frames of the second version are numbered one and all, those of the first within their group. */
function placeOf({ seq, index, message_group_id: group }: PushedFrame) {
  if (typeof seq === 'number') return { series: 'all', number: seq };
  if (typeof index === 'number' && typeof group === 'string') return { series: group, number: index };
  return undefined;
}

const isAnswerEnd = ({ is_message_end, message_group_id }: PushedFrame) =>
  is_message_end === true && !(typeof message_group_id === 'string' && REASONING.test(message_group_id));

const isTrailer = (frame: PushedFrame) =>
  !('chunk_delta' in frame) && (frame.type === 'error' || 'result' in frame || 'status' in frame);
