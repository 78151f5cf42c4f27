import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The hosts and address ranges that operators' URLs may reach although private (PARLEY_ALLOW_PRIVATE_HOSTS). */
export interface AllowList {
  hosts: ReadonlySet<string>;
  ranges: ReturnType<typeof ipaddr.parseCIDR>[];
}

/** No exception at all: what URLs named by a flow or a contact get. */
export const allowNothing: AllowList = { hosts: new Set(), ranges: [] };

/** The address, or every address of the host, is private or otherwise not public. */
export class AddressRefused extends Error {
  constructor() {
    super('private or special address');
    this.name = 'AddressRefused';
  }
}

/** Reads host names, addresses and CIDRs. A text that is no address is a host name. */
export function parseAllowList(entries: string[]): AllowList {
  const written = entries.map((entry) => bareHost(entry.trim())).filter((entry) => entry !== '');
  return {
    hosts: new Set(written.filter((entry) => !isRange(entry))),
    ranges: written
      .filter(isRange)
      .map((entry) => ipaddr.parseCIDR(entry.includes('/') ? entry : `${entry}/${hostBits(entry)}`)),
  };
}

function isRange(entry: string): boolean {
  return entry.includes('/') ? ipaddr.isValidCIDR(entry) : ipaddr.isValid(entry);
}

function hostBits(address: string): number {
  return address.includes(':') ? 128 : 32;
}

/** The host of a URL in lower case, without the brackets of an IPv6 address and without the root dot. */
export function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

/** Whether an address may be reached: public unicast, or on the list. IPv4 inside IPv6 counts as IPv4. */
export function isReachable(address: string, allowed: AllowList): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (isPublic(parsed)) return true;
  return allowed.ranges.some(
    ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
  );
}

/**
 * Public unicast. Of IPv6 only what is given out to the world (2000::/3, RFC 4291), without the ranges there that carry
 * an IPv4 address inside or lead to a tunnel: an address in one of them may end at a private one.
 */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  const special = address instanceof ipaddr.IPv4 ? SPECIAL_V4 : SPECIAL_V6;
  const isSpecial = special.some(([network, bits]) => address.match(network, bits));
  return !isSpecial && (address instanceof ipaddr.IPv4 || address.match(GIVEN_OUT));
}

/** Azure answers machines of its own there, with their secrets among others. */
const SPECIAL_V4 = ['168.63.129.16/32', '192.88.99.0/24'].map((range) => ipaddr.parseCIDR(range));
/** 6to4, Teredo and the other protocol assignments, documentation. */
const SPECIAL_V6 = ['2002::/16', '2001::/23', '2001:db8::/32', '3fff::/20'].map((range) =>
  ipaddr.parseCIDR(range),
);
const GIVEN_OUT = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * A DNS look-up for connecting sockets that hands out reachable addresses only, so that what was checked is what is
 * connected to: an answer that changes between two look-ups (DNS rebinding) gains nothing.
 */
export function guardedLookup(allowed: AllowList): LookupFunction {
  return (host, options, callback) => {
    dnsLookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const reachable = allowed.hosts.has(bareHost(host))
        ? addresses
        : addresses.filter(({ address }) => isReachable(address, allowed));
      answer(reachable, options.all === true, callback);
    });
  };
}

function answer(addresses: LookupAddress[], all: boolean, callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses;
  if (!first) callback(new AddressRefused(), '');
  else if (all) callback(null, addresses);
  else callback(null, first.address, first.family);
}

/** Whether a URL names a place that others on the internet cannot reach: by its words, without asking DNS. */
export function isPrivateHost(url: string): boolean {
  const host = bareHost(new URL(url).hostname);
  if (ipaddr.isValid(host)) return !isReachable(host, allowNothing);
  return !host.includes('.') || /\.(localhost|local|internal|home\.arpa)$/.test(host);
}
