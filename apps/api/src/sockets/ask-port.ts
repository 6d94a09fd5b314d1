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
  /** Frames of which version the socket reads; 1 when absent. */
  streamVersion?: 1 | 2;
  /** What becomes of the run when the socket closes. Absent: as the agent says. */
  onDisconnect?: OnDisconnect | null;
}

export const ON_DISCONNECT = ['cancel', 'finish'] as const;
export type OnDisconnect = (typeof ON_DISCONNECT)[number];

export interface AskAnswer {
  agentUuid: string;
  threadUuid: string;
  userQuery: string;
  functionName: string;
  asyncTaskUuid: string;
  currentRunUuid: string;
}

/** A frame as its runner made it. */
export type KeptFrame = Readonly<Record<string, unknown>> & { readonly seq: number };

/** The frames of a run, for a client that lost its socket. */
export interface KeptFrames {
  /** Some of those after a number, oldest first; none while nothing more is there. */
  after(seq: number): Promise<KeptFrame[]>;
  /** The run has ended: its last frames are there, or will be in a moment. */
  isOver(): Promise<boolean>;
}

/** What the sockets need of the part that takes questions; the injection token at the same time. */
export abstract class AskPort {
  /** Runs in the asker's partition. @throws AppError */
  abstract ask(request: AskRequest): Promise<AskAnswer>;
  /** In the same partition. @throws AppError `entity.notFound` */
  abstract framesOf(threadUuid: string, runUuid: string): Promise<KeptFrames>;
  /** In the same partition: the socket that wanted the answer has closed before its end. */
  abstract abandoned(threadUuid: string, runUuid: string): Promise<void>;
}
