/** A piece of an answer, in the keys existing clients read. */
export interface StreamFrame {
  /** `<connection>-<run>` for the answer, with `-rs#<n>` behind it for the n-th passage of reasoning. */
  message_group_id: string;
  data_format: 'text';
  index: number;
  chunk_delta: string;
  /** True once per answer, in its last frame. */
  is_message_end: boolean;
}

/**
 * Frames beside the answer. They must not have a `chunk_delta`, which marks stream frames, and only the last may
 * have `result` or `status`, which end the stream for existing clients.
 */
export type NoticeFrame =
  | { type: 'tool_call'; message_group_id: string; tool_call_id: string; name: string; state: ToolCallState }
  | { type: 'error'; run_uuid: string; detail: string }
  | { type: 'result'; result: Record<string, string | number | undefined>; status: 'completed' };

export type ToolCallState = 'started' | 'completed' | 'failed';

export type Frame = StreamFrame | NoticeFrame;
