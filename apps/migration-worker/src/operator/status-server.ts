import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { alarmsOf } from './alarms.ts';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Quarantined } from '../control/quarantine.ts';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { MigrationError } from '../migration-error.ts';
import { statusMetrics } from './metrics.ts';
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
 * Metrics, status and the page that shows them. Nothing can be changed here: there is only GET. Nobody is asked who
 * they are: on loopback only this machine gets here, and elsewhere whoever gives it another address sees to that.
 * @throws MigrationError when the port is taken
 */
export async function startStatusServer({
  port,
  host,
}: {
  port: number;
  host: string;
}): Promise<StatusServer> {
  const processMetrics = new Registry();
  collectDefaultMetrics({ register: processMetrics });
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
    listeners: [history],
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function metricsOf({ status, readAt }: NonNullable<StatusHistory['latest']>): Promise<string> {
    return `${await statusMetrics(status, readAt)}\n${await processMetrics.metrics()}`;
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status = 200, type, body } = await answer(request);
    response.writeHead(status, { ...HEADERS, 'content-type': type });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async function answer({ method, url = '/', headers }: IncomingMessage): Promise<Answer> {
    if (isLoopback(host) && !isOwnName(headers.host))
      return text(403, 'This name is not one of this server.');
    if (method !== 'GET' && method !== 'HEAD') return text(405, 'There is nothing to change here.');
    const path = url.split('?')[0] ?? '/';
    const { latest } = history;
    const isFresh = latest !== undefined && Date.now() - latest.readAt < STALE_MS;
    switch (path) {
      case '/health/live':
        return json({ status: 'ok' });
      case '/health/ready':
        return { ...json({ status: isFresh ? 'ok' : 'stale' }), status: isFresh ? 200 : 503 };
      case '/metrics':
        return isFresh
          ? { type: processMetrics.contentType, body: await metricsOf(latest) }
          : text(503, 'There are no figures of the last seconds: the control table could not be read.');
      case '/status.json':
        return latest ? json(latest.status) : text(503, 'The status has not been read yet.');
      case '/overview.json':
        return json({
          status: latest?.status ?? null,
          isFresh,
          alarms: latest ? alarmsOf(latest.status) : [],
          quarantined: latest ? latest.quarantined.map(shown) : [],
          series: history.series(),
        });
      default:
        return (await statusAsset(path)) ?? text(404, 'There is no such page.');
    }
  }
}

/** Figures that are older than this are not passed off as those of now. */
const STALE_MS = 15_000;

const json = (value: unknown): Answer => ({ type: 'application/json', body: JSON.stringify(value) });
const text = (status: number, body: string): Answer => ({ status, type: 'text/plain', body: `${body}\n` });

/** What the page shows of a row in quarantine. */
const shown = ({ id, table, key, reason, at }: Quarantined) => ({
  id,
  table,
  key: JSON.stringify(unmarshall(key, { wrapNumbers: (value) => value })),
  reason,
  at,
});

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

/** A page from elsewhere may have a name of its own point here: it would come with that name. */
function isOwnName(header: string | undefined): boolean {
  const url = `http://${header ?? ''}`;
  if (!URL.canParse(url)) return false;
  const name = new URL(url).hostname;
  return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}
