import assert from 'node:assert/strict';
import type { OpenStorage } from '../../support/engines.ts';
import { ADMIN_PASSWORD, ADMIN_TOKEN } from '../../support/harness.ts';
import type { Exchange } from '../../support/http-exchange.ts';
import { type Cloud, PASSWORD, type Person, startCloud } from '../cloud.ts';

export interface Asked {
  readonly token?: string | undefined;
  /** Sent as JSON; a text or bytes are sent as they are. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A cloud with functions for requests below `/identity/v3`. */
export interface CloudV3 extends Cloud {
  ask(method: string, path: string, asked?: Asked): Promise<Exchange>;
  /** With the administrator's token. */
  operate(method: string, path: string, body?: unknown): Promise<Exchange>;
  /** Logs in and returns the exchange. */
  logIn(identity: object, scope?: unknown): Promise<Exchange>;
  /** A token of a user. */
  tokenOf(person: { email: string }, scope?: unknown): Promise<string>;
  /** Creates an active project and returns its uuid. */
  project(name: string): Promise<string>;
  /** The id of a role. */
  role(name: string): Promise<string>;
}

export const byPassword = (user: object, password: unknown = PASSWORD) => ({
  methods: ['password'],
  password: { user: { ...user, password } },
});
export const named = (name: string) => ({ name, domain: { id: 'default' } });
export const byToken = (id: unknown) => ({ methods: ['token'], token: { id } });
export const ADMIN = { email: 'admin@example.org', password: ADMIN_PASSWORD };
export const SYSTEM = { system: { all: true } };
export const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

export async function startV3(open: OpenStorage, env: Record<string, string> = {}): Promise<CloudV3> {
  const cloud = await startCloud(open, env);
  const ask: CloudV3['ask'] = (method, path, { token, body, headers = {} } = {}) =>
    cloud.send(`/identity/v3${path}`, {
      method,
      headers: { ...(token !== undefined && { 'x-auth-token': token }), ...headers },
      ...(body !== undefined && {
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    });
  const operate: CloudV3['operate'] = (method, path, body) => ask(method, path, { token: ADMIN_TOKEN, body });
  const logIn: CloudV3['logIn'] = (identity, scope) =>
    ask('POST', '/auth/tokens', { body: { auth: { identity, ...(scope !== undefined && { scope }) } } });
  return {
    ...cloud,
    ask,
    operate,
    logIn,
    tokenOf: async (person, scope) => {
      const password = 'password' in person ? person.password : PASSWORD;
      const answer = await logIn(byPassword(named(person.email), password), scope);
      assert.equal(answer.status, 201, answer.text);
      return String(answer.headers['x-subject-token']);
    },
    project: async (name) => {
      const answer = await operate('POST', '/projects', { project: { name } });
      assert.equal(answer.status, 201, answer.text);
      return answer.json.project.id;
    },
    role: async (name) => (await operate('GET', `/roles?name=${name}`)).json.roles[0].id,
  };
}

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  503: 'Service Unavailable',
};

/** Asserts an error in the envelope of Keystone v3. */
export function refused(answer: Exchange, status: number, message: RegExp = /./): void {
  assert.equal(answer.status, status, answer.text);
  assert.deepEqual(Object.keys(answer.json), ['error']);
  const { code, title, message: text, ...more } = answer.json.error;
  assert.equal(code, status);
  assert.equal(title, TITLES[status]);
  assert.match(text, message);
  assert.deepEqual(more, {});
  const challenge = answer.headers['www-authenticate'];
  if (status === 401) assert.equal(challenge, 'Keystone uri="http://127.0.0.1:8700/identity/v3"');
  else assert.equal(challenge, undefined);
}

/** Grants a user a role on a project. */
export async function appoint(cloud: CloudV3, project: string, person: Person, role: string): Promise<void> {
  const path = `/projects/${project}/users/${person.uuid}/roles/${await cloud.role(role)}`;
  assert.equal((await cloud.operate('PUT', path)).status, 204);
}
