export interface AskRequest {
  agentUuid: string;
  userQuery: string;
  threadUuid?: string | null;
  /** The caller chose `threadUuid` itself: create that thread unless it exists. */
  createThread?: boolean;
  userId?: string | null;
  /** Each with `filename` and one of `encoded_content` (base64), `file_uri` and `object_key`. */
  inputFiles?: unknown;
  stream?: boolean | null;
  threadLifeMinutes?: number | null;
  updatedBy: string;
  /** The socket that wants the answer. */
  connectionId?: string;
  runUuid?: string;
}

export interface AskAnswer {
  agentUuid: string;
  threadUuid: string;
  userQuery: string;
  functionName: string;
  asyncTaskUuid: string;
  currentRunUuid: string;
}

/** What the sockets need of the part that takes questions; the injection token at the same time. */
export abstract class AskPort {
  /** Runs in the asker's partition. @throws AppError */
  abstract ask(request: AskRequest): Promise<AskAnswer>;
}
