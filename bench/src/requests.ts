import type { FollowUp } from './load-plan.ts';

function head(path: string, length: number, authToken: string | undefined): string {
  const token = authToken === undefined ? '' : `X-Auth-Token: ${authToken}\r\n`;
  // The host is the same for a scenario and its control, though their ports differ: equal bytes, equal work.
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${token}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
}

/** A POST of a JSON value, as it goes over the wire. */
export function postRequest(path: string, value: unknown, authToken?: string): Buffer {
  const body = JSON.stringify(value);
  return Buffer.from(head(path, Buffer.byteLength(body), authToken) + body);
}

/** A POST whose path holds a serial: the text before and after it. */
export function postAround(
  path: { before: string; after: string },
  value: unknown,
  authToken?: string,
): FollowUp {
  const body = JSON.stringify(value);
  const pattern = `${path.before}\0${path.after}`;
  const [start = '', end = ''] = head(pattern, Buffer.byteLength(body), authToken).split('\0');
  return { before: start, after: end + body };
}

/** The same random numbers in each run (mulberry32), so that runs can be compared. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
