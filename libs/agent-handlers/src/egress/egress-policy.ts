import { isIP } from 'node:net';
import { AppError } from '@agent-engine/errors';
import ipaddr from 'ipaddr.js';
import { type AllowList, parseAllowList } from './allow-list.ts';
import { isPublicAddress } from './public-address.ts';

/** Which URLs written by tenants may be called. Pure: it resolves and connects nothing. */
export class EgressPolicy {
  private readonly allowList: AllowList;

  /** @param allow entries of `EGRESS_ALLOW` */
  constructor(allow: readonly string[]) {
    this.allowList = parseAllowList(allow);
  }

  /**
   * Checks what can be seen in the text of a URL. Names are checked again when they are resolved.
   * @throws AppError `egress.forbidden` saying which rule the URL breaks, without repeating it
   */
  parse(text: string): URL {
    if (!URL.canParse(text)) throw forbidden('is not a valid absolute URL');
    const url = new URL(text);
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw forbidden('must begin with http:// or https://');
    if (url.username || url.password) throw forbidden('must not contain a user name or password');
    const hostname = bareHostname(url);
    if (!isIP(hostname)) return url;
    if (!spelledCanonically(text, url)) throw forbidden('must write an IP address in its usual form');
    if (!this.allowsHost(hostname, portOf(url)) && !this.allowsAddress(hostname)) throw notPublic();
    return url;
  }

  /** Named by the operator, so neither its DNS answers nor its address are checked further. */
  allowsHost(hostname: string, port: number): boolean {
    return this.allowList.allowsHost(hostname, port);
  }

  /** @param address as DNS answers it or as a URL spells it */
  allowsAddress(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const written = ipaddr.parse(address);
    const effective = ipaddr.process(address); // ::ffff:10.0.0.1 reaches 10.0.0.1
    if (this.allowList.allowsAddress(effective) || this.allowList.allowsAddress(written)) return true;
    return isPublicAddress(effective) && isPublicAddress(written);
  }
}

export const notPublic = (cause?: unknown): AppError =>
  forbidden('leads to an address that is not on the public internet', cause);

function forbidden(rule: string, cause?: unknown): AppError {
  return new AppError('egress.forbidden', `The URL ${rule}.`, { cause });
}

/** `[::1]` in a URL is `::1` everywhere else. */
function bareHostname(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

export function portOf({ port, protocol }: { port: string; protocol: string }): number {
  return port ? Number(port) : protocol === 'https:' ? 443 : 80;
}

/** False for `http://2130706433/`, `http://0177.1/` and their like, which a URL parser turns into 127.0.0.1. */
function spelledCanonically(text: string, url: URL): boolean {
  const start = `${url.protocol}//${url.hostname}`;
  const written = text.trim().toLowerCase();
  return written.startsWith(start) && /^([:/?#]|$)/.test(written.slice(start.length));
}
