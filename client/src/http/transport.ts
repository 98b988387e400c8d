/** An HTTP request. */
export interface TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text; undefined for none. */
  readonly body: string | undefined;
  /** Aborts the request. */
  readonly signal: AbortSignal;
}

/** A complete HTTP response. */
export interface TransportResponse {
  readonly status: number;
  /** The reason phrase; empty if the protocol has none. */
  readonly reason: string;
  /** The value of a header by its lower-case name, or null. */
  header(name: string): string | null;
  /** The body, decoded as UTF-8. */
  readonly text: string;
}

/**
 * Sends one request and reads the complete response: no redirects, no retries. Resolves for every status; rejects if
 * there was no complete response, with a `NotSent` if the request certainly did not reach a server.
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** The request was not sent, so a retry is safe. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}
