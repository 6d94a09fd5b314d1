import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { alarmsOf } from './alarms.ts';
import { MigrationError } from '../migration-error.ts';
import { MigrationMetrics } from './metrics.ts';
import { statusAsset } from './status-assets.ts';
import { StatusHistory } from './status-history.ts';
import type { StatusListener } from './status-watch.ts';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

interface Answer {
  status?: number;
  type: string;
  body: string | Buffer;
}

export interface StatusServer {
  url: string;
  listeners: StatusListener[];
  stop(): Promise<void>;
}

/**
 * Metrics, status and the page that shows them. Nothing can be changed here: there is only GET. A page from elsewhere
 * that has its name point at this machine is refused by its Host.
 * @throws MigrationError when the port is taken
 */
export async function startStatusServer({
  port,
  host,
}: {
  port: number;
  host: string;
}): Promise<StatusServer> {
  const metrics = new MigrationMetrics();
  const history = new StatusHistory();
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw new MigrationError('usage', `--metrics-port ${port} cannot be used: ${String(error)}`, error);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    listeners: [metrics, history],
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status = 200, type, body } = await answer(request);
    response.writeHead(status, { ...HEADERS, 'content-type': type });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async function answer({ method, url = '/', headers }: IncomingMessage): Promise<Answer> {
    if (!isOurName(headers.host, host)) return text(403, 'This name is not one of this server.');
    if (method !== 'GET' && method !== 'HEAD') return text(405, 'There is nothing to change here.');
    const path = url.split('?')[0] ?? '/';
    if (path === '/metrics') return { type: metrics.contentType, body: await metrics.text() };
    if (path === '/status.json')
      return history.status ? json(history.status) : text(503, 'The status has not been read yet.');
    if (path === '/overview.json')
      return json({
        status: history.status ?? null,
        alarms: history.status ? alarmsOf(history.status) : [],
        series: history.series(),
      });
    return (await statusAsset(path)) ?? text(404, 'There is no such page.');
  }
}

const json = (value: unknown): Answer => ({ type: 'application/json', body: JSON.stringify(value) });
const text = (status: number, body: string): Answer => ({ status, type: 'text/plain', body: `${body}\n` });

/** An address is always ours; of names only the one it was told to listen on, and this machine's own. */
function isOurName(header: string | undefined, host: string): boolean {
  const url = `http://${header ?? ''}`;
  if (!URL.canParse(url)) return false;
  const name = new URL(url).hostname;
  return name === 'localhost' || name === host || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}
