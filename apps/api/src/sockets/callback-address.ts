import type { ApiConfig } from '@agent-engine/config';

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
    if (push.callbackUrl !== undefined) return push.callbackUrl;
    const name = ANY.has(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
    return `http://${name}:${this.port ?? this.config.port}`;
  }
}
