/** One request as it goes on the wire. */
export interface TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text; undefined for none. */
  readonly body: string | undefined;
  /** Ends the request, whatever it is doing. */
  readonly signal: AbortSignal;
}

/** One answer, read to its end. */
export interface TransportResponse {
  readonly status: number;
  /** The reason phrase; empty where the protocol has none. */
  readonly reason: string;
  /** The value of a header by its lower-case name, or null. */
  header(name: string): string | null;
  /** The body, decoded as UTF-8. */
  readonly text: string;
}

/**
 * Carries one request and reads its answer to the end, once: no redirects, no retries. Answers whatever the status is;
 * rejects if no complete answer came. Where it is known that the request never reached a server, the error it rejects
 * with is a `NotSent`.
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** The request never left, so sending it again cannot do anything twice. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}
