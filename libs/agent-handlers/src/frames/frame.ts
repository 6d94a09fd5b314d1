import type { JsonValue } from '../json.ts';

/** `json_object` and `json_schema`: the whole answer is JSON. `xml`: one tag; what is between tags is text. */
export type DataFormat = 'text' | 'xml' | 'json_object' | 'json_schema';

/** A piece of an answer. */
export interface StreamFrame {
  /** `<connection>-<run>` for the answer, with `-rs#<n>` behind it for the n-th passage of reasoning. */
  message_group_id: string;
  data_format: DataFormat;
  /** Rises within its group. */
  index: number;
  chunk_delta: string;
  /** True once per answer, in its last frame. */
  is_message_end: boolean;
  type: 'text' | 'reasoning';
}

export type ToolCallState = 'started' | 'completed' | 'failed';
export type RunEnd = 'completed' | 'failed' | 'cancelled';
export type RunFacts = Record<string, string | number | undefined>;

/**
 * Frames beside the answer. They must not have a `chunk_delta`, which marks stream frames, and only the last may have
 * `result` or `status`, which end the stream for clients of the first version.
 */
export type NoticeFrame =
  | { type: 'run.started'; run_uuid: string }
  /** Another runner goes on: of the answer so far its first `text_length` UTF-16 units stand, the rest comes again. */
  | { type: 'run.resumed'; run_uuid: string; text_length: number }
  /** Structured output as far as it is known, each time whole. */
  | { type: 'object'; message_group_id: string; object: JsonValue }
  | { type: 'tool_call'; message_group_id: string; tool_call_id: string; name: string; state: ToolCallState }
  /** @property detail `code: sentence` */
  | { type: 'error'; run_uuid: string; detail: string }
  | { type: 'run.finished'; run_uuid: string; status: RunEnd; result: RunFacts };

/** A frame of the second version: `seq` rises by one from frame to frame of an attempt, whatever its group. */
export type Frame = (StreamFrame | NoticeFrame) & { seq: number };

/** What clients of the first version read: five keys, notices of three kinds. */
export type LegacyFrame =
  | Omit<StreamFrame, 'type'>
  | Extract<NoticeFrame, { type: 'tool_call' | 'error' }>
  | { type: 'result'; result: RunFacts; status: 'completed' };
