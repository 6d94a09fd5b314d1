import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** What the operator lets tenants reach although it is not on the public internet. */
export interface AllowList {
  /** `hostname` is spelled as in a parsed URL, without brackets. */
  allowsHost(hostname: string, port: number): boolean;
  /** True for an address inside an allowed network. */
  allowsAddress(address: Address): boolean;
}

/**
 * @param entries host names or addresses, each optionally with `:port`, and networks in CIDR form. An address
 *   allows that spelling of itself only; a network allows every address in it, whatever name led there.
 * @throws Error naming the entry that is none of these
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  const networks = entries.filter((entry) => entry.includes('/')).map(parseNetwork);
  const hosts = entries.filter((entry) => !entry.includes('/')).map(parseHost);
  return {
    allowsHost: (hostname, port) =>
      hosts.some((host) => host.name === hostname.toLowerCase() && (host.port ?? port) === port),
    allowsAddress: (address) =>
      networks.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits)),
  };
}

function parseNetwork(entry: string): [Address, number] {
  if (!ipaddr.isValidCIDR(entry))
    throw new Error(`EGRESS_ALLOW: ${entry} is not a network such as 10.0.0.0/8.`);
  return ipaddr.parseCIDR(entry);
}

function parseHost(entry: string): { name: string; port?: number } {
  if (isIP(entry)) return { name: entry.toLowerCase() };
  const [, bracketed, plain, port] =
    /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]@?#]+))(?::(\d{1,5}))?$/i.exec(entry) ?? [];
  const name = bracketed ?? plain;
  if (!name || (bracketed && !isIP(bracketed)) || Number(port ?? 1) > 65_535) {
    throw new Error(`EGRESS_ALLOW: ${entry} is not a host, host:port or network.`);
  }
  return { name: name.toLowerCase(), port: port === undefined ? undefined : Number(port) };
}
