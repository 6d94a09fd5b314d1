import { AppError } from '@agent-engine/errors';
import { z } from 'zod';
import { type AskRequest, ON_DISCONNECT } from './ask-port.ts';

/** Frames of clients; larger ones are refused, and much larger ones close the socket while they are still coming in. */
export const MAX_FRAME_BYTES = 1024 * 1024;

export interface ClientFrame {
  action: string;
  id?: string | number;
  arguments?: unknown;
}

const frame = z.object({
  action: z.string().optional(),
  type: z.string().optional(),
  id: z.union([z.string(), z.number()]).optional().catch(undefined),
  arguments: z.unknown().optional(),
});

/** @throws AppError `request.malformed`, `request.tooLarge` */
export function readClientFrame(data: Buffer, isBinary: boolean): ClientFrame {
  if (data.length > MAX_FRAME_BYTES) {
    throw new AppError('request.tooLarge', `A frame may have at most ${MAX_FRAME_BYTES} bytes.`);
  }
  if (isBinary) throw malformed('Frames must be text.');
  const parsed = frame.safeParse(parseJson(data));
  const action = parsed.data?.action ?? parsed.data?.type;
  if (action === undefined) {
    throw malformed('A frame must be a JSON object like {"action": "ask_model", "arguments": {...}}.');
  }
  return { action, id: parsed.data?.id, arguments: parsed.data?.arguments };
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    throw malformed('The frame is not valid JSON.');
  }
}

const malformed = (message: string) => new AppError('request.malformed', message);

const text = z.string().min(1);
const askArguments = z.object({
  agent_uuid: text,
  user_query: text,
  thread_uuid: text.nullish(),
  run_uuid: text.nullish(),
  user_id: text.nullish(),
  updated_by: text.nullish(),
  stream: z.boolean().nullish(),
  input_files: z.unknown().optional(),
  thread_life_minutes: z.number().nonnegative().nullish(),
  stream_version: z.literal([1, 2]).nullish(),
  on_disconnect: z.enum(ON_DISCONNECT).nullish(),
});

/** @throws AppError `argument.invalid` naming each argument that is missing or wrong */
export function askRequest(value: unknown, connectionId: string, subject: string | undefined): AskRequest {
  const given = readArguments('ask_model', askArguments, value);
  return {
    agentUuid: given.agent_uuid,
    userQuery: given.user_query,
    threadUuid: given.thread_uuid,
    createThread: given.thread_uuid != null,
    runUuid: given.run_uuid ?? undefined,
    userId: given.user_id,
    updatedBy: given.updated_by ?? subject ?? 'websocket',
    stream: given.stream ?? true,
    inputFiles: given.input_files,
    threadLifeMinutes: given.thread_life_minutes ?? undefined,
    connectionId,
    ...(given.stream_version != null && { streamVersion: given.stream_version }),
    ...(given.on_disconnect != null && { onDisconnect: given.on_disconnect }),
  };
}

const resumeArguments = z.object({
  thread_uuid: text,
  run_uuid: text,
  after_seq: z.number().int().nonnegative().default(0),
});

export interface ResumeRequest {
  threadUuid: string;
  runUuid: string;
  /** The last frame the client has; 0 for none. */
  afterSeq: number;
}

/** @throws AppError `argument.invalid` naming each argument that is missing or wrong */
export function resumeRequest(value: unknown): ResumeRequest {
  const given = readArguments('resume', resumeArguments, value);
  return { threadUuid: given.thread_uuid, runUuid: given.run_uuid, afterSeq: given.after_seq };
}

function readArguments<S extends z.ZodType>(action: string, schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`,
  );
  throw new AppError('argument.invalid', `${action}: ${problems.join('; ')}.`);
}
