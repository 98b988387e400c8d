import { randomUUID } from 'node:crypto';

/**
 * A cloud behind one or more Pursers: prepared, used and looked at over HTTP only, so that what a test sees is what
 * clients see.
 */

export interface Provision {
  readonly holder: string;
  readonly source: string | null;
  readonly resource: string;
  readonly quantity: number;
}

export type State = 'pending' | 'accepted' | 'rejected';

/** A commission as the log has it. */
export interface Logged {
  readonly serial: number;
  readonly component: string;
  readonly name: string;
  readonly state: State;
  readonly provisions: readonly Provision[];
  /** What was accepted, where that is less. */
  readonly accepted: readonly Provision[] | null;
}

/** The three numbers of a holding, as the wire shows them. */
export interface Shown {
  readonly limit: number;
  readonly usage: number;
  readonly pending: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What a service and its users are called; the same whichever node is asked. */
export interface RemoteCloud {
  readonly adminToken: string;
  readonly component: { readonly name: string; readonly token: string };
  /** Uuids, each also that of the user's own project. */
  readonly users: readonly string[];
  readonly resources: readonly string[];
}

const SERVICE = 'reliability_service';

/** Sends one request. Rejects if there is no whole answer, with a `TimeoutError` after the timeout. */
export async function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: string,
  timeout_ms?: number,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
    ...(timeout_ms !== undefined && { signal: AbortSignal.timeout(timeout_ms) }),
  });
  return { status: response.status, text: await response.text() };
}

/** Sends a request of the operator; rejects if it does not succeed. */
export async function administer<T>(
  url: string,
  adminToken: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const answer = await send(url + path, method, { authorization: `Bearer ${adminToken}` }, text);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as T;
}

/** Registers a service with resources of these default limits, and active users, who get them. */
export async function prepareCloud(
  url: string,
  adminToken: string,
  { users, limits }: { users: number; limits: Readonly<Record<string, number>> },
): Promise<RemoteCloud> {
  const ask = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    administer<T>(url, adminToken, method, path, body);
  const name = `component-${randomUUID().slice(0, 8)}`;
  const { token } = await ask<{ token: string }>('POST', '/api/components', {
    name,
    base_url: 'http://reliability.example.org',
  });
  await ask('POST', '/api/services/import', serviceDocument(name, Object.keys(limits)));
  for (const [resource, limit] of Object.entries(limits)) {
    await ask('PATCH', `/api/resources/${resource}`, { system_default: limit });
  }
  const uuids: string[] = [];
  for (let number = 0; number < users; number++) {
    const email = `${randomUUID()}@example.org`;
    const user = { email, first_name: 'User', last_name: `Number ${number}` };
    uuids.push((await ask<{ id: string }>('POST', '/api/users', user)).id);
  }
  return { adminToken, component: { name, token }, users: uuids, resources: Object.keys(limits) };
}

function serviceDocument(component: string, resources: readonly string[]): object {
  const entries = resources.map((name) => [
    name,
    { name, desc: name, service_type: 'test', service_origin: SERVICE, ui_visible: true, api_visible: true },
  ]);
  return {
    [SERVICE]: {
      component,
      type: 'test',
      endpoints: [{ versionId: 'v1.0', publicURL: 'http://reliability.example.org/v1.0' }],
      resources: Object.fromEntries(entries),
    },
  };
}

/** All that the service can be seen to know of a component's commissions and holdings. */
export interface Seen {
  readonly log: readonly Logged[];
  /** Serials that the account dialect lists. */
  readonly pending: readonly number[];
  /** By `holdingKey`. */
  readonly holdings: ReadonlyMap<string, Shown>;
}

export const holdingKey = ({ holder, source, resource }: Omit<Provision, 'quantity'>): string =>
  `${holder} ${source ?? '-'} ${resource}`;

/** Reads everything. The parts are of the same moment only if no client writes. */
export async function look(url: string, cloud: RemoteCloud): Promise<Seen> {
  return {
    log: await readLog(url, cloud),
    pending: await asComponent<number[]>(url, cloud, '/account/v1.0/commissions'),
    holdings: holdingsOf(await asComponent<Quotas>(url, cloud, '/account/v1.0/service_quotas')),
  };
}

async function asComponent<T>(url: string, { component }: RemoteCloud, path: string): Promise<T> {
  const answer = await send(url + path, 'GET', { 'x-auth-token': component.token });
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as T;
}

async function readLog(url: string, { adminToken, component }: RemoteCloud): Promise<Logged[]> {
  const log: Logged[] = [];
  for (let after = ''; ; ) {
    const path = `/api/commissions?component=${component.name}&limit=1000${after}`;
    const page = await administer<{ items: Logged[]; next: string | null }>(url, adminToken, 'GET', path);
    log.push(...page.items);
    if (page.next === null) return log;
    after = `&after=${page.next}`;
  }
}

/** user → project → resource → the six numbers of a member's holding and its pool. */
type Quotas = Record<string, Record<string, Record<string, Record<string, number>>>>;

function holdingsOf(quotas: Quotas): Map<string, Shown> {
  const holdings = new Map<string, Shown>();
  for (const [user, projects] of Object.entries(quotas)) {
    for (const [project, resources] of Object.entries(projects)) {
      const source = `project:${project}`;
      for (const [resource, six] of Object.entries(resources)) {
        const shown = (prefix: string): Shown => ({
          limit: six[`${prefix}limit`] ?? Number.NaN,
          usage: six[`${prefix}usage`] ?? Number.NaN,
          pending: six[`${prefix}pending`] ?? Number.NaN,
        });
        holdings.set(holdingKey({ holder: `user:${user}`, source, resource }), shown(''));
        holdings.set(holdingKey({ holder: source, source: null, resource }), shown('project_'));
      }
    }
  }
  return holdings;
}
