/**
 * An object store that charges every byte.
 *
 *   PUT /NAME      stores an object, or replaces it; header X-Project names the project to charge
 *   GET /NAME      returns it
 *   DELETE /NAME   removes it
 *   GET /          lists the caller's objects
 *
 * Start it as `node main.ts` with PURSER_URL, PURSER_TOKEN (the component's secret), FOLDER and PORT.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Decision, NotFound, QuotaLimit, Unresolved } from '@purser/client';
import { answer } from '../parts/answers.ts';
import { callerOf, projectOf, Refused } from '../parts/caller.ts';
import { purser, serve, setting } from '../parts/serving.ts';
import { inTurn } from '../parts/turns.ts';
import { Objects } from './objects.ts';

const BYTES = 'objects.bytes';
const RECONCILE_EVERY_MS = 5 * 60_000;

const objects = new Objects(setting('FOLDER', './objects'));

/** Objects whose last change may be unresolved in Purser. A reconciliation must precede their next change. */
const unsettled = new Set<string>();

/**
 * The name of a reservation. After a crash it is the only description of a pending commission, so it has the operation,
 * the object and the version.
 */
const operationOf = (verb: 'put' | 'delete', user: string, name: string, version: string): string =>
  `${verb} ${user} ${encodeURIComponent(name)} ${version}`;

/**
 * Whether the operation was done. The files decide: a put was done if its version exists, a deletion if it does not.
 */
async function decide({ name: operation }: { name: string }): Promise<Decision> {
  const [verb, user, name, version] = operation.split(' ') as [string, string, string, string];
  // Not a reservation of this service; another program may resolve it.
  if (verb !== 'put' && verb !== 'delete') return 'leave';
  const found = await objects.find(user, decodeURIComponent(name));
  return (found?.version === version) === (verb === 'put') ? 'accept' : 'reject';
}

/** Resolves pending commissions. This is the only process of the component, so commissions of any age are included. */
async function settle(): Promise<void> {
  const known = [...unsettled];
  const { failures } = await purser.reconcile({ olderThanMs: 0, decide });
  if (failures[0]) throw failures[0].error;
  for (const thing of known) unsettled.delete(thing);
}

/**
 * Runs the changes of an object one after the other. The quantity to charge depends on the stored object, and the
 * stored version shows whether a change was done, so each change is resolved before the next one begins.
 */
function change<T>(user: string, name: string, work: () => Promise<T>): Promise<T> {
  const thing = `${user} ${name}`;
  return inTurn(thing, async () => {
    if (unsettled.has(thing)) await settle();
    try {
      return await work();
    } catch (error) {
      // Nothing was reserved, so no commission is pending.
      if (error instanceof QuotaLimit || error instanceof NotFound || error instanceof Refused) throw error;
      unsettled.add(thing);
      // The change was done and is reserved, and a reconciliation will accept it: the user receives the result.
      if (error instanceof Unresolved && error.state === 'pending') return error.result as T;
      throw error;
    }
  });
}

async function put(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  const caller = await callerOf(request, purser);
  const { user } = caller;
  const project = projectOf(caller, request.headers['x-project']);
  const size = Number(request.headers['content-length'] ?? Number.NaN);
  if (Number.isNaN(size)) throw new Refused(411, 'The header Content-Length is required.');
  await change(user, name, async () => {
    const version = randomUUID();
    const before = await objects.find(user, name);
    if (before && before.project !== project)
      throw new Refused(409, 'The object is charged to another project.');
    // Only the difference is charged; a smaller object releases bytes.
    const resources = { [BYTES]: size - (before?.size ?? 0) };
    const reservation = { user, project, resources, name: operationOf('put', user, name, version) };
    // The bytes are reserved before they are received, so that a user without quota does not upload them in vain.
    await purser.reserve(reservation, () => objects.write(user, name, { version, project }, request));
  });
  answer(response, 201, { name, size });
}

async function remove(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  const { user } = await callerOf(request, purser);
  await change(user, name, async () => {
    const { version, project, size } = await existing(user, name);
    const reservation = {
      user,
      project,
      resources: { [BYTES]: size },
      name: operationOf('delete', user, name, version),
    };
    await purser.release(reservation, () => objects.remove(user, name));
  });
  response.writeHead(204).end();
}

async function get(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  const { user } = await callerOf(request, purser);
  const { size } = await existing(user, name);
  response.writeHead(200, { 'content-length': size });
  await pipeline(objects.read(user, name), response);
}

async function list(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { user } = await callerOf(request, purser);
  const found = [];
  for (const name of await objects.names(user)) found.push({ name, ...(await objects.find(user, name)) });
  answer(response, 200, found);
}

async function existing(user: string, name: string) {
  const found = await objects.find(user, name);
  if (!found) throw new Refused(404, 'The object does not exist.');
  return found;
}

const METHODS: Record<string, typeof put> = { PUT: put, GET: get, DELETE: remove };

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = nameIn(request.url ?? '/');
  const method = METHODS[request.method ?? ''];
  if (method === undefined) throw new Refused(405, 'Use GET, PUT or DELETE.');
  if (name === '') return list(request, response);
  if (encodeURIComponent(name).length > 200) throw new Refused(400, 'The name is too long.');
  await method(request, response, name);
}

function nameIn(url: string): string {
  try {
    return decodeURIComponent(url.slice(1));
  } catch {
    throw new Refused(400, 'The address is not well-formed.');
  }
}

// Resolves the commissions that a crash left pending, before the first request.
await objects.tidy();
await settle();
setInterval(() => settle().catch(console.error), RECONCILE_EVERY_MS).unref();
serve(handle);
