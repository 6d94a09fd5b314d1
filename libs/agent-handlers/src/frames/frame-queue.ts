import type { Frame, NoticeFrame, StreamFrame } from './frame.ts';

/** A stream frame that has no number yet: it gets one when it leaves. */
export type UnnumberedFrame = Omit<StreamFrame, 'index'>;

/** Larger chunks are not joined: API Gateway takes 128 KB per frame. */
const MAX_CHUNK = 16_000;

/**
 * Sends frames one after the other. A slow receiver gets fewer, larger ones: text that waits is joined.
 */
export class FrameQueue {
  private readonly send: (frame: Frame) => Promise<void>;
  private readonly firstIndex: number;
  private readonly waiting: (UnnumberedFrame | NoticeFrame)[] = [];
  private readonly nextIndex = new Map<string, number>();
  private sending: Promise<void> | undefined;

  /**
   * @param send delivers one frame; it never rejects
   * @param firstIndex `index` of the first frame of every group
   */
  constructor(send: (frame: Frame) => Promise<void>, firstIndex: number) {
    this.send = send;
    this.firstIndex = firstIndex;
  }

  push(frame: UnnumberedFrame | NoticeFrame): void {
    const last = this.waiting.at(-1);
    if (last && isText(last) && isText(frame) && canJoin(last, frame)) last.chunk_delta += frame.chunk_delta;
    else this.waiting.push({ ...frame });
    this.sending ??= this.sendAll();
  }

  /** Resolves when everything pushed so far has been sent. */
  async drained(): Promise<void> {
    await this.sending;
  }

  private async sendAll(): Promise<void> {
    for (let frame = this.waiting.shift(); frame; frame = this.waiting.shift())
      await this.send(this.numbered(frame));
    this.sending = undefined;
  }

  private numbered(frame: UnnumberedFrame | NoticeFrame): Frame {
    if (!isText(frame)) return frame;
    const { message_group_id, data_format, ...rest } = frame;
    const index = this.nextIndex.get(message_group_id) ?? this.firstIndex;
    this.nextIndex.set(message_group_id, index + 1);
    return { message_group_id, data_format, index, ...rest };
  }
}

function isText(frame: UnnumberedFrame | NoticeFrame): frame is UnnumberedFrame {
  return 'chunk_delta' in frame;
}

/** Text with text of the same group. Start and end frames are empty and stay by themselves. */
function canJoin(last: UnnumberedFrame, next: UnnumberedFrame): boolean {
  return (
    last.message_group_id === next.message_group_id &&
    last.chunk_delta !== '' &&
    next.chunk_delta !== '' &&
    last.chunk_delta.length + next.chunk_delta.length <= MAX_CHUNK
  );
}
