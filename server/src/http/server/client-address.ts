import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { canonicalAddress, type Networks } from '../../lib/text/network-address.ts';

/** The client that sent a request, as far as trusted proxies report it. */
interface Client {
  readonly address: string;
  /** How the client reached the outermost trusted proxy, if that was reported. */
  readonly scheme: 'http' | 'https' | undefined;
}

const CLIENT = Symbol('client');
type KnownMessage = IncomingMessage & { [CLIENT]?: Client };

/**
 * Makes `request.ip` and `request.protocol` of a server describe the client itself. Forwarding headers are believed
 * only if the peer of the connection is a trusted proxy; they are read from the right, past further trusted proxies,
 * to the first address that is not trusted.
 */
export function knowClients(app: FastifyInstance, trusted: Networks): void {
  const clientOf = ({ raw }: FastifyRequest): Client => {
    const message = raw as KnownMessage;
    message[CLIENT] ??= findClient(message, trusted);
    return message[CLIENT];
  };
  app.decorateRequest('ip', {
    getter(this: FastifyRequest) {
      return clientOf(this).address;
    },
  });
  app.decorateRequest('protocol', {
    getter(this: FastifyRequest) {
      return clientOf(this).scheme ?? 'http';
    },
  });
}

/** Whether the headers of a message say that it has passed a proxy. */
export function isForwarded({ headers }: IncomingMessage): boolean {
  return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
}

/** Logs once that requests come through a proxy which `trusted_proxies` does not name. */
export function warnOfUnknownProxy(app: FastifyInstance, logger: Logger): void {
  let warned = false;
  app.addHook('onRequest', ({ raw, ip }, _reply, done) => {
    if (!warned && isForwarded(raw)) {
      warned = true;
      const what =
        'requests come through a proxy that trusted_proxies does not name: they count as one client';
      logger.warn({ address: ip }, what);
    }
    done();
  });
}

function findClient({ socket, headers }: IncomingMessage, trusted: Networks): Client {
  const peer = canonicalAddress(socket?.remoteAddress ?? '') ?? '';
  if (!trusted.has(peer)) return { address: peer, scheme: undefined };
  const { forwarded, 'x-forwarded-for': listed, 'x-forwarded-proto': scheme } = headers;
  const byList = listed === undefined ? undefined : walk(peer, hopsOfList(text(listed)), trusted);
  const byElements = forwarded === undefined ? undefined : walk(peer, hopsOfForwarded(forwarded), trusted);
  // A proxy that writes one of the two headers passes the other one on as its client sent it. If they disagree, one of
  // them is forged, and it is unknown which.
  if (byList && byElements && byList.address !== byElements.address) {
    return { address: peer, scheme: undefined };
  }
  const found = byElements ?? byList;
  return {
    address: found?.address ?? peer,
    scheme: byElements?.scheme ?? schemeOf(text(scheme).split(',').at(-1)),
  };
}

interface Hop {
  readonly address: string | undefined;
  readonly scheme?: 'http' | 'https' | undefined;
}

/** The first hop from the right that is not trusted; the last one before a hop that cannot be read. */
function walk(peer: string, hops: readonly Hop[], trusted: Networks): Client {
  let client: Client = { address: peer, scheme: undefined };
  for (const { address, scheme } of hops.toReversed()) {
    if (address === undefined) break;
    client = { address, scheme: scheme ?? client.scheme };
    if (!trusted.has(address)) break;
  }
  return client;
}

/** The hops of `X-Forwarded-For`: addresses, some proxies add ports. */
function hopsOfList(header: string): Hop[] {
  return header.split(',').map((part) => ({ address: nodeAddress(part.trim()) }));
}

/** The hops of `Forwarded` (RFC 7239 4). */
function hopsOfForwarded(header: string): Hop[] {
  return splitOutsideQuotes(header, ',').map((element) => {
    const pairs = new Map<string, string>();
    for (const pair of splitOutsideQuotes(element, ';')) {
      const equals = pair.indexOf('=');
      const value = pair.slice(equals + 1).trim();
      const unquoted = /^"(.*)"$/s.exec(value)?.[1]?.replace(/\\(.)/gs, '$1') ?? value;
      if (equals > 0) pairs.set(pair.slice(0, equals).trim().toLowerCase(), unquoted);
    }
    return { address: nodeAddress(pairs.get('for') ?? ''), scheme: schemeOf(pairs.get('proto')) };
  });
}

function splitOutsideQuotes(header: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < header.length; index += 1) {
    const character = header[index];
    if (quoted && character === '\\') index += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(header.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(header.slice(start));
  return parts;
}

/** The address of a node: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`. */
function nodeAddress(node: string): string | undefined {
  const bracketed = /^\[([^\]]*)\](?::[\w.-]+)?$/.exec(node)?.[1];
  const withPort = /^([\d.]+):[\w.-]+$/.exec(node)?.[1];
  return canonicalAddress(bracketed ?? withPort ?? node);
}

function schemeOf(value: string | undefined): 'http' | 'https' | undefined {
  const scheme = value?.trim().toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}

const text = (header: string | string[] | undefined): string => String(header ?? '');
