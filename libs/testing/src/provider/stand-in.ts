import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { listenLocally } from '../listen-locally.ts';
import { demoAnswer } from './demo.ts';
import type { Dialect, ProviderRequest } from './dialect.ts';
import { play, refuse } from './play.ts';
import type { Script, ScriptedStep } from './script.ts';

export interface StandIn<Body> {
  /** `http://127.0.0.1:<port>`, without a path. */
  endpoint: string;
  /** Every request that was a valid one, in order of arrival. */
  requests: ProviderRequest<Body>[];
  stop(): Promise<void>;
}

export interface StandInOptions<Body> {
  port?: number;
  /** The demo's when absent. */
  script?: Script<ProviderRequest<Body>>;
}

/** Answers a request, or says that it is not its business. */
type Answering = (incoming: IncomingMessage, response: ServerResponse) => Promise<void> | false;

/** A dialect as scripted, without a server of its own. */
export function dialectAnswering<Body>(
  dialect: Dialect<Body>,
  script: Script<ProviderRequest<Body>> = ({ body }) => demoAnswer(dialect.conversation(body)),
) {
  const requests: ProviderRequest<Body>[] = [];

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const received = { method, path, headers, body: await json(incoming).catch(() => undefined) };
    const accepted = dialect.accept(received);
    if ('refusal' in accepted) return refuse(response, dialect.refuse(accepted.refusal));
    const { body, stream } = accepted;
    const request = { ...received, body, abortedByClient: false };
    const index = requests.push(request) - 1;
    await play(await stepFor(request, index), { dialect, request, stream, response });
  }

  async function stepFor(request: ProviderRequest<Body>, index: number): Promise<ScriptedStep> {
    if (typeof script === 'function') return script(request, index);
    const message = `The script has ${script.length} steps; this is request ${index + 1}.`;
    return script[index] ?? { httpError: { status: 400, message } };
  }

  return { requests, answer };
}

/**
 * A server that speaks a provider's wire format as scripted.
 * @param other answers what is no question to a model (files…)
 */
export async function startStandIn<Body>(
  dialect: Dialect<Body>,
  { port, script }: StandInOptions<Body>,
  other: Answering = () => false,
): Promise<StandIn<Body>> {
  const { requests, answer } = dialectAnswering(dialect, script);
  const server = createServer((incoming, response) => {
    void (other(incoming, response) || answer(incoming, response)).catch(() => response.destroy());
  });
  return {
    endpoint: await listenLocally(server, port),
    requests,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
