import ipaddr from 'ipaddr.js';

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for addresses anyone on the internet may reach. Private, loopback, link-local (cloud metadata), shared,
 * multicast, reserved and translated ones (IPv4 inside IPv6 by mapping, NAT64, 6to4, Teredo) are not.
 */
export function isPublicAddress(address: ReturnType<typeof ipaddr.parse>): boolean {
  if (address.range() !== 'unicast') return false;
  // IPv6 outside 2000::/3 is unassigned or historic, as ::127.0.0.1 is.
  return address instanceof ipaddr.IPv4 || address.match(...GLOBAL_UNICAST);
}
