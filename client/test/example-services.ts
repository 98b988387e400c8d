import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { OpenStorage } from '../../server/test/support/engines.ts';
import { startPurser, type TestPurser } from '../../server/test/support/harness.ts';
import { fetchTransport } from '../src/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** An example service in a separate process. */
export interface Service {
  readonly url: string;
  /** Sends a request with the token of a user; the body is JSON unless it is a string. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ServiceAnswer>;
  /** Sends a request without waiting for a response, which may never arrive. */
  begin(method: string, path: string, body?: unknown): void;
  /** Kills it, like a crash; resolves when it has ended. */
  kill(): Promise<void>;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: assertions reach into answers of every shape
  readonly json: any;
}

/** A Purser with the component of an example, its resources, and a user. */
export interface ExampleCloud {
  readonly purser: TestPurser;
  readonly user: string;
  readonly token: string;
  /** Folder for the data of the service. */
  readonly folder: string;
  /** Starts the example, with `url` as the address of Purser; default: the real one. */
  start(url?: string): Promise<Service>;
  /** A proxy to Purser. After it is closed, requests that resolve commissions hang. */
  gate(): Promise<Gate>;
  /** Usage and pending quantity of a resource for the user in a project; default: the system project. */
  usage(resource: string, project?: string): Promise<[number, number]>;
  /** A project that the user is a member of. */
  project(resources: object): Promise<string>;
}

export interface Gate {
  readonly url: string;
  close(): void;
  /** Resolves when a call has reached it. */
  readonly reached: Promise<void>;
}

export interface Example {
  /** Folder of the example. */
  readonly name: string;
  readonly component: string;
  /** File with its services and resources. */
  readonly services: string;
  /** Limits in the user's system project. */
  readonly limits: Readonly<Record<string, bigint>>;
  /** Further settings of the example. */
  settings(folder: string): Record<string, string>;
}

export async function startExampleCloud(open: OpenStorage, example: Example): Promise<ExampleCloud> {
  const purser = await startPurser(open);
  const { components, services, resources, accounts, tokens } = purser.domain;
  const { secret } = await components.add({ name: example.component, baseUrl: 'http://service.example.org' });
  await services.import(JSON.parse(readFileSync(join(ROOT, example.services), 'utf8')));
  for (const [resource, systemDefault] of Object.entries(example.limits)) {
    await resources.modify(resource, { systemDefault });
  }
  const { uuid: user } = await accounts.createActive({
    email: 'ada@example.org',
    firstName: 'Ada',
    lastName: 'L',
  });
  const { secret: token } = await tokens.issue(user, { name: 'test' });
  const folder = mkdtempSync(join(tmpdir(), 'purser-example-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const asUser = async (method: string, path: string, body: object): Promise<Record<string, string>> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await purser.fetch(path, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, string>;
  };
  return {
    purser,
    user,
    token,
    folder,
    start: (url = purser.url) =>
      startService(
        join(ROOT, 'client', 'examples', example.name, 'main.ts'),
        { PURSER_URL: url, PURSER_TOKEN: secret, ...example.settings(folder) },
        token,
      ),
    gate: () => startGate(purser.url),
    usage: async (resource, project = user) => {
      const query = `user=${user}&project=${project}&resource=${resource}`;
      const { items } = (await (await purser.admin('GET', `/api/quotas?${query}`)).json()) as {
        items: { usage: number; pending: number }[];
      };
      return [items[0]?.usage ?? 0, items[0]?.pending ?? 0];
    },
    project: async (wanted) => {
      const application = await asUser('POST', '/api/projects', {
        name: 'lab.example.org',
        end_date: '2031-05-30',
        resources: wanted,
      });
      const { id, project } = application as { id: string; project: string };
      await purser.admin('POST', `/api/applications/${id}/action`, { action: 'approve' });
      await asUser('POST', `/api/projects/${project}/memberships`, { user });
      return project;
    },
  };
}

/** Runs a script that prints the address on which it listens. */
async function startService(script: string, env: Record<string, string>, token: string): Promise<Service> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  after(kill);
  const url = await addressOf(child);
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    url,
    ask: async (...asked) => {
      const answer = await send(...asked);
      const text = await answer.text();
      const isJson = answer.headers.get('content-type') === 'application/json';
      return { status: answer.status, text, json: isJson ? JSON.parse(text) : undefined };
    },
    begin: (...asked) => {
      send(...asked).catch(() => undefined);
    },
    kill,
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').once('data', (line: string) => resolve(line.trim()));
    child.once('exit', (code) => reject(new Error(`The service ended with ${code} before it served.`)));
  });
}

async function startGate(target: string): Promise<Gate> {
  const reached = Promise.withResolvers<void>();
  let closed = false;
  const send = fetchTransport();
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    if (closed && request.url?.startsWith('/api/commissions/resolve')) return reached.resolve();
    const { method = 'GET', url = '/' } = request;
    const headers = Object.fromEntries(
      ['authorization', 'content-type'].flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const { signal } = new AbortController();
    const answer = await send({
      method,
      url: target + url,
      headers,
      body: body === '' ? undefined : body,
      signal,
    });
    response.writeHead(answer.status, { 'content-type': answer.header('content-type') ?? '' });
    response.end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      closed = true;
    },
    reached: reached.promise,
  };
}
