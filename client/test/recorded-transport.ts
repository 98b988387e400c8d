import { fetchTransport } from '../src/http/fetch-transport.ts';
import type { Transport, TransportRequest } from '../src/http/transport.ts';

/** A transport that sends requests and records them. */
export interface Recorded {
  readonly transport: Transport;
  /** Method and path of every request, oldest first. */
  readonly sent: string[];
  readonly requests: TransportRequest[];
  /** Loses the response to the next request with this method and path. */
  loseAnswerOf(call: string): void;
}

export function recordedTransport(): Recorded {
  const carry = fetchTransport();
  const requests: TransportRequest[] = [];
  const sent: string[] = [];
  let lost: string | undefined;
  return {
    requests,
    sent,
    loseAnswerOf: (call) => {
      lost = call;
    },
    transport: async (request) => {
      const call = `${request.method} ${new URL(request.url).pathname}`;
      requests.push(request);
      sent.push(call);
      const answer = await carry(request);
      if (call !== lost) return answer;
      lost = undefined;
      throw new Error('The connection was cut.');
    },
  };
}
