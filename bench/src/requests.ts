import type { FollowUp } from './load-plan.ts';

/** The authentication header for the dialect of the path. */
function credentials(path: string, authToken: string | undefined): string {
  if (authToken === undefined) return '';
  return path.startsWith('/api/')
    ? `Authorization: Bearer ${authToken}\r\n`
    : `X-Auth-Token: ${authToken}\r\n`;
}

function head(path: string, length: number, authToken: string | undefined): string {
  const token = credentials(path, authToken);
  // The host is the same for a scenario and its control, though their ports differ: equal bytes, equal work.
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${token}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
}

/** The bytes of a POST request with a JSON body. */
export function postRequest(path: string, value: unknown, authToken?: string): Buffer {
  const body = JSON.stringify(value);
  return Buffer.from(head(path, Buffer.byteLength(body), authToken) + body);
}

/** A POST request with a serial in its path: the text before and after the serial. */
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
