/**
 * The control servers: the throughput of the machine and the framework without decisions and storage. Each is a
 * separate process; the environment sets its kind, port and response.
 */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import fastify from 'fastify';

/**
 * - `fastify`: bare Fastify; parses each JSON body with its own parser, sends a small JSON response.
 * - `http`: bare `node:http`; discards the body, sends a fixed JSON response.
 * - `tcp`: sends fixed bytes after every read. Not a web server: it shows the capacity of the load generator.
 */
export type ControlKind = 'fastify' | 'http' | 'tcp';

export interface ControlSettings {
  kind: ControlKind;
  port: number;
  /** The response to a token or a bulk request: as long as that of Purser. */
  answer?: string;
}

const JSON_TYPE = 'application/json; charset=UTF-8';

async function startFastify(settings: ControlSettings): Promise<void> {
  const app = fastify();
  let serial = 0;
  const answer = settings.answer ?? '{}';
  app.get('/health/ready', () => ({ status: 'ready' }));
  app.post('/account/v1.0/commissions', (_request, reply) => {
    serial += 1;
    reply.code(201).send({ serial });
  });
  app.post('/account/v1.0/commissions/:serial/action', (_request, reply) => {
    reply.code(200).send('');
  });
  // A prepared text: the control does not render JSON, so the ratio includes all costs of Purser.
  for (const path of ['/identity/v2.0/tokens', '/api/commissions/bulk']) {
    app.post(path, (_request, reply) => {
      reply.header('content-type', JSON_TYPE).send(answer);
    });
  }
  await app.listen({ host: '127.0.0.1', port: settings.port });
}

function startHttp(settings: ControlSettings): void {
  const body = Buffer.from('{"serial":1234567}');
  createHttpServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': body.length });
    response.end(body);
  }).listen(settings.port, '127.0.0.1');
}

function startTcp(settings: ControlSettings): void {
  const answer = Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: 18\r\n\r\n{"serial":1234567}`,
  );
  createTcpServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.write(answer));
  }).listen(settings.port, '127.0.0.1');
}

const settings = JSON.parse(process.env['BENCH_CONTROL'] ?? '') as ControlSettings;
await { fastify: startFastify, http: startHttp, tcp: startTcp }[settings.kind](settings);
process.once('SIGTERM', () => process.exit(0));
