import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { after } from 'node:test';

/** A received request. */
export interface RawRequest {
  /** The request line and the headers. */
  readonly head: string;
  readonly body: string;
  /** Number of requests that the server has received, including this one. */
  readonly count: number;
}

/** A server with scripted responses. */
export interface BadServer {
  readonly url: string;
  readonly port: number;
  readonly requests: RawRequest[];
  /** Number of connections that were opened. */
  connections(): number;
  /** Number of open connections. */
  open(): number;
  /** Resolves as soon as the server has received this number of requests. */
  asked(count: number): Promise<void>;
}

/** Handles a request of a bad server. */
export type Misbehaviour = (socket: Socket, request: RawRequest) => void;

/** Listens on a free port; `answer` writes the raw responses. Closed when the test ends. */
export async function startBadServer(answer: Misbehaviour): Promise<BadServer> {
  const requests: RawRequest[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let end = endOf(received); end !== undefined; end = endOf(received)) {
        const [head = '', body = ''] = received.subarray(0, end).toString().split('\r\n\r\n');
        received = received.subarray(end);
        const request = { head, body, count: requests.length + 1 };
        requests.push(request);
        for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
        answer(socket, request);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    open: () => sockets.size,
    asked: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}

/** The end of the first request in these bytes; undefined if it is incomplete. */
function endOf(bytes: Buffer): number | undefined {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const length = /\r\ncontent-length: *([0-9]+)/i.exec(bytes.subarray(0, head).toString())?.[1];
  const end = head + 4 + Number(length ?? 0);
  return bytes.length < end ? undefined : end;
}

/** A complete response. */
export function reply(socket: Socket, status: string, body = '', ...headers: readonly string[]): void {
  const lines = [`HTTP/1.1 ${status}`, ...headers, `content-length: ${Buffer.byteLength(body)}`, '', body];
  socket.write(lines.join('\r\n'));
}
