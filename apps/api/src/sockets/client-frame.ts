import { AppError } from '@agent-engine/errors';
import { z } from 'zod';
import type { AskRequest } from './ask-port.ts';

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
});

/** @throws AppError `argument.invalid` naming each argument that is missing or wrong */
export function askRequest(value: unknown, connectionId: string, subject: string | undefined): AskRequest {
  const parsed = askArguments.safeParse(value ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`,
    );
    throw new AppError('argument.invalid', `ask_model: ${problems.join('; ')}.`);
  }
  const given = parsed.data;
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
  };
}
