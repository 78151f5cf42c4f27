import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Private hosts and address ranges that URLs set by operators may reach (PARLEY_ALLOW_PRIVATE_HOSTS). */
export interface AllowList {
  hosts: ReadonlySet<string>;
  ranges: ReturnType<typeof ipaddr.parseCIDR>[];
}

/** No private host at all, for URLs from a flow or a contact. */
export const allowNothing: AllowList = { hosts: new Set(), ranges: [] };

/** Thrown when the address, or every address of the host, is private or special. */
export class AddressRefused extends Error {
  constructor() {
    super('private or special address');
    this.name = 'AddressRefused';
  }
}

/** Parses host names, addresses and CIDRs; what is not an address or CIDR is taken for a host name. */
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

/** A URL's host in lower case, without the brackets of an IPv6 address and without a final dot. */
export function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

/** Whether an address is public unicast or on the list. IPv4-mapped IPv6 counts as IPv4. */
export function isReachable(address: string, allowed: AllowList): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (isPublic(parsed)) return true;
  return allowed.ranges.some(
    ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
  );
}

/**
 * Whether an address is public unicast. For IPv6 this is 2000::/3 (RFC 4291) without the ranges that embed an IPv4
 * address or lead to a tunnel, because such an address may lead to a private one.
 */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  const special = address instanceof ipaddr.IPv4 ? SPECIAL_V4 : SPECIAL_V6;
  const isSpecial = special.some(([network, bits]) => address.match(network, bits));
  return !isSpecial && (address instanceof ipaddr.IPv4 || address.match(GIVEN_OUT));
}

/** Azure's address for its own machines, which reveals their secrets, and the relays of 6to4. */
const SPECIAL_V4 = ['168.63.129.16/32', '192.88.99.0/24'].map((range) => ipaddr.parseCIDR(range));
/** 6to4, Teredo and other protocol assignments, and the ranges for documentation. */
const SPECIAL_V6 = ['2002::/16', '2001::/23', '2001:db8::/32', '3fff::/20'].map((range) =>
  ipaddr.parseCIDR(range),
);
const GIVEN_OUT = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * The DNS look-up used when connecting; it returns reachable addresses only. Checking the very addresses that are
 * connected to defeats DNS rebinding, where a second look-up gives another answer.
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

/** Whether a URL's host is one that the internet cannot reach, judged by its name or address without asking DNS. */
export function isPrivateHost(url: string): boolean {
  const host = bareHost(new URL(url).hostname);
  if (ipaddr.isValid(host)) return !isReachable(host, allowNothing);
  return !host.includes('.') || /\.(localhost|local|internal|home\.arpa)$/.test(host);
}
