import { BlockList, isIP, SocketAddress } from 'node:net';

/**
 * An IP address in its one form: lower case, IPv6 compressed and without a zone, IPv4-mapped IPv6 as IPv4.
 * Undefined if the text is no IP address.
 */
export function canonicalAddress(text: string): string | undefined {
  const [address = ''] = text.split('%', 1);
  const family = isIP(address);
  if (family === 0) return undefined;
  if (family === 4) return address;
  const { address: compressed } = new SocketAddress({ address, family: 'ipv6' });
  return mappedIPv4(compressed) ?? compressed;
}

/** Node writes a mapped address with its last 32 bits as IPv4. */
function mappedIPv4(compressed: string): string | undefined {
  const rest = /^::ffff:(.+)$/.exec(compressed)?.[1];
  if (rest === undefined || isIP(rest) === 4) return rest;
  const [high = '', low] = rest.split(':');
  if (low === undefined) return undefined;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

/**
 * What requests from an address are counted under. For IPv6 it is the network of 64 bits: a single subscriber has at
 * least that many addresses (RFC 6177). Whatever is no IP address counts as itself.
 */
export function sourceOf(address: string | null | undefined): string {
  const canonical = canonicalAddress(address ?? '');
  if (canonical === undefined) return address ?? '';
  return canonical.includes(':') ? `${groupsOf(canonical).slice(0, 4).join(':')}::/64` : canonical;
}

/** The eight groups of a canonical IPv6 address. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  if (tail === undefined) return front;
  const back = tail === '' ? [] : tail.split(':');
  return [...front, ...Array(Math.max(0, 8 - front.length - back.length)).fill('0'), ...back];
}

/** Whether the address belongs to the machine itself. @param address in its canonical form */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** A set of addresses and networks. */
export class Networks {
  readonly #list = new BlockList();
  readonly empty: boolean;

  /** @param entries as `asNetwork` takes them */
  constructor(entries: readonly string[]) {
    this.empty = entries.length === 0;
    for (const entry of entries) {
      const { address, family, prefix } = asNetwork(entry) ?? unknownNetwork(entry);
      this.#list.addSubnet(address, prefix, family);
    }
  }

  /** @param address in its canonical form */
  has(address: string): boolean {
    return !this.empty && this.#list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
  }
}

interface Network {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

/** Reads an address, or a network as `10.0.0.0/8`; undefined if the text is neither. */
export function asNetwork(text: string): Network | undefined {
  const [given = '', bits, more] = text.split('/');
  const address = given.includes('%') ? undefined : canonicalAddress(given);
  if (address === undefined || more !== undefined) return undefined;
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const max = family === 'ipv6' ? 128 : 32;
  if (bits === undefined) return { address, family, prefix: max };
  // The prefix of a mapped network counts from the beginning of the IPv6 address.
  const mapped = family === 'ipv4' && given.includes(':') ? 96 : 0;
  const prefix = /^[0-9]{1,3}$/.test(bits) ? Number(bits) - mapped : Number.NaN;
  return prefix >= 0 && prefix <= max ? { address, family, prefix } : undefined;
}

function unknownNetwork(entry: string): never {
  throw new TypeError(`'${entry}' is neither an address nor a network.`);
}
