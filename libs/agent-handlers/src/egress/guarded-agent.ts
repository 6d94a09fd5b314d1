import { lookup as dnsLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { type EgressPolicy, notPublic, portOf } from './egress-policy.ts';

/** How long a tenant's server may take to accept a connection. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connections that obey the policy. The check happens on the very address the socket connects to, so a DNS name
 * that answers differently the second time (rebinding) gains nothing.
 */
export function guardedAgent(policy: EgressPolicy): Agent {
  const named = buildConnector({ timeout: CONNECT_TIMEOUT_MS });
  const checked = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: checkedLookup(policy) });
  return new Agent({
    connect: (options, callback) => {
      const hostname = options.hostname.replace(/^\[|\]$/g, '');
      if (policy.allowsHost(hostname, portOf(options))) named(options, callback);
      else if (isIP(hostname) && !policy.allowsAddress(hostname)) callback(notPublic(), null);
      else checked(options, callback);
    },
  });
}

/** One forbidden answer among several refuses the name: a mixture is how rebinding hides. */
function checkedLookup(policy: EgressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
      const first = addresses?.[0];
      if (error || !first) callback(error, '');
      else if (!addresses.every(({ address }) => policy.allowsAddress(address))) callback(notPublic(), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
