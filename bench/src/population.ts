import type { RunningPurser } from './server-process.ts';

/** Concurrent requests while filling. */
const CONCURRENCY = 16;
const COMPONENT = 'bench';
const SERVICE = 'bench_compute';
const BASE_URL = 'http://bench.example.org';

/** Two typical resources: a plain count, and bytes. Their default limits are unlimited. */
export const RESOURCES = { machine: 'bench.vm', bytes: 'bench.disk' } as const;

export interface User {
  /** Also the id of the user's system project. */
  id: string;
  token: string;
}

export interface Population {
  componentToken: string;
  users: User[];
}

interface Call {
  method: 'POST' | 'PATCH' | 'GET';
  path: string;
  body?: unknown;
}

async function call<T>(server: RunningPurser, { method, path, body }: Call): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} returned status ${response.status}: ${text}`);
  return JSON.parse(text || 'null') as T;
}

function serviceDocument() {
  const resource = (name: string, unit?: string) => ({
    name,
    desc: `${name} of the benchmark`,
    ...(unit ? { unit } : {}),
    service_type: 'compute',
    service_origin: SERVICE,
    ui_visible: true,
    api_visible: true,
  });
  return {
    [SERVICE]: {
      component: COMPONENT,
      type: 'compute',
      endpoints: [{ versionId: 'v2.0', publicURL: `${BASE_URL}/compute/v2.0` }],
      resources: {
        [RESOURCES.machine]: resource(RESOURCES.machine),
        [RESOURCES.bytes]: resource(RESOURCES.bytes, 'bytes'),
      },
    },
  };
}

async function addUsers(server: RunningPurser, count: number): Promise<User[]> {
  const users: User[] = [];
  let next = 0;
  const addInTurn = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const body = { email: `user${number}@example.org`, first_name: 'User', last_name: `Number ${number}` };
      const { id, token } = await call<User>(server, { method: 'POST', path: '/api/users', body });
      users[number] = { id, token };
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, addInTurn));
  return users;
}

/** Fills a new Purser through its API: a component, its service with two resources, active users. */
export async function populate(server: RunningPurser, users: number): Promise<Population> {
  const component = await call<{ token: string }>(server, {
    method: 'POST',
    path: '/api/components',
    body: { name: COMPONENT, base_url: BASE_URL },
  });
  await call(server, { method: 'POST', path: '/api/services/import', body: serviceDocument() });
  return { componentToken: component.token, users: await addUsers(server, users) };
}
