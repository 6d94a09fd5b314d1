import { on, once } from 'node:events';
import { WebSocket } from 'ws';
import { AskProblem } from './ask-problem.ts';
import { type EngineAddress, nothingAnswers, tokenRefused } from './engine-client.ts';
import { frame, type Frame } from './frame.ts';

const CONNECT_WITHIN_MS = 10_000;
/** The result follows the end of the answer at once; a client that misses it asks for the record. */
const RESULT_WITHIN_MS = 5_000;

export interface Question {
  agentUuid: string;
  threadUuid: string;
  runUuid: string;
  text: string;
}

/**
 * Asks over a socket and passes on every frame of the answer, up to its result.
 * @throws AskProblem with the engine's own words when it fails
 */
export async function* ask(engine: EngineAddress, question: Question): AsyncGenerator<Frame> {
  const socket = connect(engine);
  let complete = false;
  try {
    await admitted(socket, engine);
    const messages = on(socket, 'message', { close: ['close'] });
    socket.send(JSON.stringify(askModel(question)));
    for await (const [data] of messages) {
      const received = frame.parse(JSON.parse(String(data)));
      if (received.type === 'error') throw new AskProblem(received.detail ?? 'The run failed.');
      yield received;
      if (received.result) return;
      if (!received.is_message_end || isReasoning(received)) continue;
      complete = true;
      setTimeout(() => socket.terminate(), RESULT_WITHIN_MS).unref();
    }
    if (!complete) throw new AskProblem('The connection was lost before the answer was complete.');
  } finally {
    socket.terminate();
  }
}

export const isReasoning = ({ message_group_id: group = '' }: Frame) => group.includes('-rs#');

function connect({ url, endpointId, partId, token }: EngineAddress): WebSocket {
  const address = new URL(`${url}/${encodeURIComponent(endpointId)}/ai_agent_core_ws`);
  address.protocol = address.protocol.replace('http', 'ws');
  address.search = new URLSearchParams({ token, part_id: partId }).toString();
  return new WebSocket(address, { handshakeTimeout: CONNECT_WITHIN_MS });
}

/** The first frame says that the socket is open for questions. */
async function admitted(socket: WebSocket, { url }: EngineAddress): Promise<void> {
  socket.once('unexpected-response', (_request, { statusCode = 0 }) => {
    socket.emit(
      'error',
      statusCode === 401
        ? tokenRefused('The engine does not accept this token.')
        : new AskProblem(`The engine refused the connection (${statusCode}).`),
    );
  });
  try {
    await once(socket, 'message');
  } catch (error) {
    throw error instanceof AskProblem ? error : nothingAnswers(url, error);
  }
}

const askModel = ({ agentUuid, threadUuid, runUuid, text }: Question) => ({
  action: 'ask_model',
  arguments: {
    agent_uuid: agentUuid,
    thread_uuid: threadUuid,
    run_uuid: runUuid,
    user_query: text,
    updated_by: 'npm run ask',
    stream: true,
  },
});
