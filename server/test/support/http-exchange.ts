import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all shapes
  readonly json: any;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
  /** Send the body without a Content-Length. */
  readonly chunked?: boolean;
}

/**
 * One request over node:http, which adds nothing by itself: no Content-Type, no Accept, no tidying of the path.
 * What `fetch` cannot say can be said here.
 */
export function exchange(base: string, path: string, sent: Sent = {}): Promise<Exchange> {
  const { hostname, port, pathname } = new URL(base);
  const { method = 'GET', headers = {}, body, chunked = false } = sent;
  const length = chunked
    ? {}
    : { 'content-length': String(body === undefined ? 0 : Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        hostname,
        port,
        path: pathname.replace(/\/$/, '') + path,
        method,
        headers: { ...(body !== undefined || method === 'POST' ? length : {}), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            get json() {
              return JSON.parse(text);
            },
          });
        });
      },
    );
    request.on('error', reject);
    if (chunked && body !== undefined) request.write(body);
    request.end(chunked ? undefined : body);
  });
}
