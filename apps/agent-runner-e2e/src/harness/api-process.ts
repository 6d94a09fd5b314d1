import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import jwt from 'jsonwebtoken';
import { WebSocket } from 'ws';
import type { PushedFrame } from './push-receiver.ts';

const MAIN = fileURLToPath(new URL('../../../api/dist/main.js', import.meta.url));
const SECRET = 'a token secret of the tests';

export interface Answer {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a spec reads what it expects, and fails if it is not there
  data?: any;
  errors?: { message: string; extensions: { code: string } }[];
}

export interface ClientSocket {
  /** Everything it was sent. */
  frames: PushedFrame[];
  ask: (values: Record<string, unknown>) => void;
  close: () => void;
}

export interface ApiProcess {
  /** As a user of one part of the endpoint `gpt`. */
  query: (partId: string, document: string, variables?: Record<string, unknown>) => Promise<Answer>;
  connect: (partId: string) => Promise<ClientSocket>;
  /** As a machine that loses power. */
  kill: () => Promise<void>;
}

/** The built API in a process of its own. It ends with this one: the IPC channel between them breaks. */
export async function startApiProcess(env: Record<string, string>): Promise<ApiProcess> {
  const child = fork(MAIN, {
    env: { ...env, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', JWT_SECRET: SECRET },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit');
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const tokenOf = (partId: string) =>
    jwt.sign({ endpoint_id: 'gpt', part_id: partId, sub: `user of ${partId}` }, SECRET, { expiresIn: '1h' });
  return {
    query: async (partId, query, variables) => {
      const response = await fetch(`http://127.0.0.1:${port}/gpt/ai_agent_core_graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(partId)}` },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    },
    connect: async (partId) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/gpt/ai_agent_core_ws?token=${tokenOf(partId)}`);
      const frames: PushedFrame[] = [];
      socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as PushedFrame));
      await once(socket, 'message');
      return {
        frames,
        ask: (values) => socket.send(JSON.stringify({ action: 'ask_model', arguments: values })),
        close: () => socket.close(),
      };
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
