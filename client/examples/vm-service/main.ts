/**
 * A service for virtual machines that charges machines and their memory.
 *
 *   POST /servers                  { name, ram_mib, project? } creates one
 *   GET /servers                   lists the servers of the caller
 *   POST /servers/ID/resize        { ram_mib }
 *   POST /servers/ID/reassignment  { project } charges it to another project
 *   DELETE /servers/ID
 *
 * Start it as `node main.ts` with PURSER_URL, PURSER_TOKEN (the component's secret), DATABASE and PORT.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Quantities, Unresolved } from '@purser/client';
import { answer } from '../parts/answers.ts';
import { type Caller, callerOf, projectOf, Refused } from '../parts/caller.ts';
import { purser, serve, setting } from '../parts/serving.ts';
import { inTurn } from '../parts/turns.ts';
import { type Server, Servers } from './servers.ts';

const RECONCILE_EVERY_MS = 5 * 60_000;

const servers = new Servers(setting('DATABASE', './servers.db'));

/** The resources that a machine is charged for. */
const costOf = (ram_mib: number): Quantities => ({ 'cyclades.vm': 1, 'cyclades.ram': ram_mib * 2 ** 20 });

/** Whether an acceptance did not reach Purser. It is resolved before the next change. */
let open = false;

/**
 * Resolves commissions that a crash or a lost connection left pending: the database has the names of all completed
 * operations.
 */
async function settle(): Promise<void> {
  open = false;
  const { failures } = await purser.reconcile({
    // This is the only process of its component. With several, use more than the longest operation takes.
    olderThanMs: 0,
    decide: ({ name }) => (servers.doneBy(name) === undefined ? 'reject' : 'accept'),
  });
  if (failures[0]) throw failures[0].error;
}

/** If it fails, it is retried before the next change. */
function unsettled(error: unknown): void {
  open = true;
  throw error;
}

/** A change that was done and is reserved will be accepted by the next `settle`, so the user receives its result. */
async function orSettledLater<T>(reserving: Promise<T>): Promise<T> {
  try {
    return await reserving;
  } catch (error) {
    if (!(error instanceof Unresolved) || error.state !== 'pending') throw error;
    open = true;
    return error.result as T;
  }
}

/**
 * A user who sends an Idempotency-Key may repeat the request after any outcome: it creates one server, which is charged
 * once.
 */
async function create(caller: Caller, body: Body, request: IncomingMessage): Promise<[number, unknown]> {
  const owner = caller.user;
  const project = projectOf(caller, body['project']);
  const [name, ram_mib] = [String(body['name'] ?? ''), memoryOf(body)];
  const operation = `create for ${owner}: ${request.headers['idempotency-key'] ?? randomUUID()}`;
  if (operation.length > 200) throw new Refused(400, 'The Idempotency-Key is too long.');
  const done = (): Server => {
    const server = servers.find(servers.doneBy(operation) ?? 0);
    if (!server) throw new Refused(409, 'The server that this request created has been deleted.');
    return server;
  };
  const server = await orSettledLater(
    purser.reserve(
      { user: owner, project, resources: costOf(ram_mib), name: operation, key: operation, whenDone: done },
      // After a crash during the creation, the server may exist already.
      () =>
        servers.doneBy(operation) === undefined
          ? servers.create(operation, { owner, project, name, ram_mib })
          : done(),
    ),
  );
  return [201, server];
}

async function resize(server: Server, body: Body): Promise<[number, unknown]> {
  const { id, owner: user, project } = server;
  const ram_mib = memoryOf(body);
  // Only the difference is charged, or released if the server becomes smaller.
  const resources = { 'cyclades.ram': (ram_mib - server.ram_mib) * 2 ** 20 };
  const operation = `resize server ${id} to ${ram_mib} MiB (${randomUUID()})`;
  return [
    200,
    await orSettledLater(
      purser.reserve({ user, project, resources, name: operation }, () =>
        servers.resize(operation, id, ram_mib),
      ),
    ),
  ];
}

async function reassign(server: Server, body: Body, caller: Caller): Promise<[number, unknown]> {
  const { id, owner: user, project: from, ram_mib } = server;
  const to = projectOf(caller, body['project']);
  if (to === from) return [200, server];
  const operation = `move server ${id} to project ${to} (${randomUUID()})`;
  const reassignment = { user, from, to, resources: costOf(ram_mib), name: operation };
  return [200, await orSettledLater(purser.reassign(reassignment, () => servers.move(operation, id, to)))];
}

async function remove({ id, owner: user, project, ram_mib }: Server): Promise<[number, unknown]> {
  const operation = `delete server ${id} (${randomUUID()})`;
  await orSettledLater(
    purser.release({ user, project, resources: costOf(ram_mib), name: operation }, () =>
      servers.remove(operation, id),
    ),
  );
  return [200, { id }];
}

type Body = Record<string, unknown>;
const CHANGES: Record<string, (server: Server, body: Body, caller: Caller) => Promise<[number, unknown]>> = {
  'POST resize': resize,
  'POST reassignment': reassign,
  'DELETE ': remove,
};

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, root, id, action = ''] = (request.url ?? '').split('/');
  const { method = 'GET' } = request;
  if (root !== 'servers') throw new Refused(404, 'Unknown path; use /servers.');
  const caller = await callerOf(request, purser);
  if (id === undefined && method === 'GET') return answer(response, 200, servers.of(caller.user));
  const body = await bodyOf(request);
  if (id === undefined && method === 'POST')
    return answer(response, ...(await create(caller, body, request)));
  const change = CHANGES[`${method} ${action}`];
  if (id === undefined || change === undefined)
    throw new Refused(405, 'The method is not allowed for this path.');
  // The quantity to charge depends on the state that the previous change left.
  const result = await inTurn(id, async () => {
    if (open) await settle().catch(unsettled);
    const server = servers.find(Number(id));
    if (server?.owner !== caller.user) throw new Refused(404, 'The server does not exist.');
    return change(server, body, caller);
  });
  answer(response, ...result);
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const sent = await text(request);
  try {
    return sent === '' ? {} : (JSON.parse(sent) as Body);
  } catch {
    throw new Refused(400, 'The body is not JSON.');
  }
}

function memoryOf({ ram_mib }: Body): number {
  if (Number.isInteger(ram_mib) && Number(ram_mib) >= 1 && Number(ram_mib) <= 2 ** 30) return Number(ram_mib);
  throw new Refused(400, 'ram_mib must be an integer of 1 or more.');
}

// Resolves the commissions that a crash left pending, before the first request.
await settle();
setInterval(() => settle().catch(unsettled).catch(console.error), RECONCILE_EVERY_MS).unref();
serve(handle);
