import type { Frame, NoticeFrame, StreamFrame } from './frame.ts';

/** A stream frame that has no numbers yet: it gets them when it leaves. */
export type UnnumberedFrame = Omit<StreamFrame, 'index'>;

/** Larger chunks are not joined: API Gateway takes 128 KB per frame. */
const MAX_CHUNK = 16_000;

/** More than this does not wait: then whoever makes frames has to. */
const MAX_WAITING = 1_000_000;

/**
 * Sends frames one after the other. A slow receiver gets fewer, larger ones: text that waits is joined.
 */
export class FrameQueue {
  private readonly send: (frame: Frame) => Promise<void>;
  private readonly base: number;
  private readonly waiting: (UnnumberedFrame | NoticeFrame)[] = [];
  private readonly nextIndex = new Map<string, number>();
  private seq: number;
  private waitingChars = 0;
  private sending: Promise<void> | undefined;

  /**
   * @param send delivers one frame; it never rejects
   * @param base `index` of the first frame of every group, and the number after which `seq` begins
   */
  constructor(send: (frame: Frame) => Promise<void>, base: number) {
    this.send = send;
    this.base = base;
    this.seq = base;
  }

  push(frame: UnnumberedFrame | NoticeFrame): void {
    const last = this.waiting.at(-1);
    if (last && isStream(last) && isStream(frame) && canJoin(last, frame))
      last.chunk_delta += frame.chunk_delta;
    else if (last?.type === 'object' && frame.type === 'object') last.object = frame.object;
    else this.waiting.push({ ...frame });
    this.waitingChars += isStream(frame) ? frame.chunk_delta.length : 0;
    this.sending ??= this.sendAll();
  }

  /** To be awaited before more is pushed, when the receiver has fallen too far behind. */
  pressure(): Promise<void> | undefined {
    return this.waitingChars > MAX_WAITING ? this.sending : undefined;
  }

  /** Resolves when everything pushed so far has been sent. */
  async drained(): Promise<void> {
    await this.sending;
  }

  private async sendAll(): Promise<void> {
    for (let frame = this.waiting.shift(); frame; frame = this.waiting.shift()) {
      this.waitingChars -= isStream(frame) ? frame.chunk_delta.length : 0;
      await this.send(this.numbered(frame));
    }
    this.sending = undefined;
  }

  private numbered(frame: UnnumberedFrame | NoticeFrame): Frame {
    const seq = ++this.seq;
    if (!isStream(frame)) return { ...frame, seq };
    const { message_group_id, data_format, chunk_delta, is_message_end, type } = frame;
    const index = this.nextIndex.get(message_group_id) ?? this.base;
    this.nextIndex.set(message_group_id, index + 1);
    return { message_group_id, data_format, index, chunk_delta, is_message_end, type, seq };
  }
}

function isStream(frame: UnnumberedFrame | NoticeFrame): frame is UnnumberedFrame {
  return 'chunk_delta' in frame;
}

/** Text with text of the same group. Tags and the empty frames at both ends stay by themselves. */
function canJoin(last: UnnumberedFrame, next: UnnumberedFrame): boolean {
  return (
    last.message_group_id === next.message_group_id &&
    last.data_format === next.data_format &&
    last.data_format !== 'xml' &&
    last.chunk_delta !== '' &&
    next.chunk_delta !== '' &&
    last.chunk_delta.length + next.chunk_delta.length <= MAX_CHUNK
  );
}
