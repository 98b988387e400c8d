import { PurserError } from '../errors/errors.ts';
import type { Transport } from './transport.ts';

/**
 * Carries requests by `fetch`: the transport of browsers, and of every runtime that has no better one. Connections are
 * kept alive as the runtime does it. What a failed request had done by then cannot be told, so none is a `NotSent`.
 */
export function fetchTransport(send: typeof fetch = globalThis.fetch.bind(globalThis)): Transport {
  return async ({ method, url, headers, body, signal }) => {
    const response = await send(url, {
      method,
      headers,
      signal,
      // Whoever is sent elsewhere must be told, and a token must not follow by itself.
      redirect: 'manual',
      ...(body !== undefined && { body }),
    });
    // Browsers do not tell what such an answer says, not even its status.
    if (response.type === 'opaqueredirect')
      throw new PurserError('The service redirects elsewhere, which is not followed.', {
        code: 'redirected',
      });
    return {
      status: response.status,
      reason: response.statusText,
      header: (name) => response.headers.get(name),
      text: await response.text(),
    };
  };
}
