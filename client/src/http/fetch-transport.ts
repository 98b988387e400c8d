import { PurserError } from '../errors/errors.ts';
import type { Transport } from './transport.ts';

/**
 * Carries requests by `fetch`: the transport of browsers, and of every runtime that has no better one. Connections are
 * kept alive as the runtime does it. Whether a failed request was sent is unknown, so no error is a `NotSent`.
 */
export function fetchTransport(send: typeof fetch = globalThis.fetch.bind(globalThis)): Transport {
  return async ({ method, url, headers, body, signal }) => {
    const response = await send(url, {
      method,
      headers,
      signal,
      // A token must not be sent to another address; the error names the redirect.
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
