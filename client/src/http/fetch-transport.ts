import { PurserError } from '../errors/errors.ts';
import type { Transport } from './transport.ts';

/**
 * Sends requests with `fetch`: the transport of browsers and of other runtimes. The runtime manages connections. It is
 * unknown whether a failed request was sent, so no error is a `NotSent`.
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
    // Browsers hide the content of such a response, even its status.
    if (response.type === 'opaqueredirect')
      throw new PurserError('The service redirects to another address, which is not followed.', {
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
