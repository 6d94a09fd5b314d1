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

/**
 * A server that speaks a provider's wire format as scripted.
 * @param other answers what is no question to a model (files…); false: not its business either
 */
export async function startStandIn<Body>(
  dialect: Dialect<Body>,
  { port, script = ({ body }) => demoAnswer(dialect.conversation(body)) }: StandInOptions<Body>,
  other: (incoming: IncomingMessage, response: ServerResponse) => Promise<void> | false = () => false,
): Promise<StandIn<Body>> {
  const requests: ProviderRequest<Body>[] = [];
  const server = createServer((incoming, response) => {
    void (other(incoming, response) || respond(incoming, response)).catch(() => response.destroy());
  });

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
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
