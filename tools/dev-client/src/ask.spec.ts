import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { ask } from './ask.ts';
import type { Frame } from './frame.ts';

const question = { agentUuid: 'a', threadUuid: 't', runUuid: 'r', text: 'Where is it?' };
const ack = { type: 'connection_ack', connection_id: 'c' };
const chunk = (index: number, chunk_delta: string, is_message_end = false) => ({
  message_group_id: 'c-r',
  data_format: 'text',
  index,
  chunk_delta,
  is_message_end,
});

let server: WebSocketServer;

/** A server that acknowledges and answers the first message as told. */
async function serve(answer: (socket: WebSocket) => void) {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    socket.send(JSON.stringify(ack));
    socket.once('message', () => answer(socket));
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, endpointId: 'gpt', partId: 'acme', token: 'x' };
}

const send = (socket: WebSocket, ...frames: unknown[]) =>
  frames.forEach((frame) => socket.send(JSON.stringify(frame)));

async function framesOf(answer: (socket: WebSocket) => void): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of ask(await serve(answer), question)) frames.push(frame);
  return frames;
}

afterEach(() => new Promise((closed) => server.close(closed)));

describe('ask', () => {
  it('ends with the result that follows the end of the answer', async () => {
    const result = { type: 'result', result: { total_tokens: 3 }, status: 'completed' };
    const frames = await framesOf((socket) => send(socket, chunk(0, 'Here'), chunk(1, '', true), result));
    expect(frames.map(({ chunk_delta }) => chunk_delta)).toEqual(['Here', '', undefined]);
    expect(frames.at(-1)?.result?.total_tokens).toBe(3);
  });

  it('takes an answer whose result never comes', async () => {
    const frames = await framesOf((socket) => {
      send(socket, chunk(0, 'Here'), chunk(1, '', true));
      socket.close();
    });
    expect(frames).toHaveLength(2);
  });

  it('fails with the words of the engine', async () => {
    const asking = framesOf((socket) => send(socket, { type: 'error', detail: 'provider.refused: No.' }));
    await expect(asking).rejects.toThrow('provider.refused: No.');
  });

  it('fails when the connection breaks in the middle', async () => {
    const asking = framesOf((socket) => {
      send(socket, chunk(0, 'He'));
      socket.terminate();
    });
    await expect(asking).rejects.toThrow(/connection was lost/);
  });

  it('says what to start when nothing answers', async () => {
    const engine = await serve(() => undefined);
    await new Promise((closed) => server.close(closed));
    await expect(ask(engine, question).next()).rejects.toThrow(/npm start/);
  });
});
