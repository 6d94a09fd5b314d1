import { networkInterfaces } from 'node:os';
import { ADDRESS, type ApiConfig } from '@agent-engine/config';

const ANY = new Set(['0.0.0.0', '::']);

/** The base URL under which runners reach the sockets of this very process. */
export class CallbackAddress {
  private readonly config: ApiConfig;
  private port: number | undefined;

  constructor(config: ApiConfig) {
    this.config = config;
  }

  listening(port: number): void {
    this.port = port;
  }

  get url(): string {
    const { push, host } = this.config;
    if (push.callbackUrl !== undefined) return push.callbackUrl.replace(ADDRESS, ownAddress);
    const name = ANY.has(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
    return `http://${name}:${this.port ?? this.config.port}`;
  }
}

/** Where others reach this machine: link-local addresses are those of the platform. */
function ownAddress(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(
      ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
    );
  return found?.address ?? '127.0.0.1';
}
