import type { Request, RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Lets only this machine in. Three ways around a plain address check are closed: a web page that rebinds its name
 * to 127.0.0.1 (Host), any web page that posts here (Origin), and a tunnel or proxy that makes the world look local.
 * The peer address is read from the socket, so `trust proxy` cannot change the answer.
 */
export const onlyFromThisMachine: RequestHandler = (req, res, next) => {
  if (isLocal(req)) return next();
  res.status(403).type('text/plain').send('The development page answers only to the machine it runs on.\n');
};

function isLocal(req: Request): boolean {
  const host = hostOf(`http://${req.headers.host ?? ''}`);
  const { origin } = req.headers;
  return (
    isLoopbackAddress(req.socket.remoteAddress) &&
    host !== undefined &&
    LOOPBACK_NAMES.has(host.hostname) &&
    (origin === undefined || hostOf(origin)?.host === host.host) &&
    !PROXY_HEADERS.some((header) => header in req.headers)
  );
}

function isLoopbackAddress(address = ''): boolean {
  // `process` turns ::ffff:127.0.0.1, how a dual-stack server sees IPv4 callers, into 127.0.0.1.
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}

const hostOf = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined);
