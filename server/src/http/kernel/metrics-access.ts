import type { FastifyRequest } from 'fastify';
import type { Settings } from '../../config/settings.ts';
import { digestSecret, sameDigest } from '../../lib/secrets.ts';
import { isLoopback } from '../../lib/text/network-address.ts';
import { isForwarded } from '../server/client-address.ts';
import { lastValue } from './bearer.ts';

/**
 * Whether a request may read metrics and user counts: with the configured token, or if none is configured, from the same
 * machine. Behind a proxy every request comes from a machine of the operator, so the address is not trusted if the
 * service has a public base URL, a proxy is trusted, or the request has passed one.
 */
export function mayReadNumbers(request: FastifyRequest, settings: Settings): boolean {
  const { metricsToken, baseUrl, trustedProxies } = settings;
  if (metricsToken !== undefined) {
    const sent = /^Bearer +(\S+)$/i.exec(lastValue(request.headers.authorization) ?? '')?.[1];
    return sent !== undefined && sameDigest(digestSecret(sent), digestSecret(metricsToken));
  }
  const { hostname } = new URL(baseUrl);
  const here = hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''));
  return here && trustedProxies.length === 0 && !isForwarded(request.raw) && isLoopback(request.ip);
}
