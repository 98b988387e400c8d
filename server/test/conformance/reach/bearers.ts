import assert from 'node:assert/strict';
import type { Exchange } from '../../support/http-exchange.ts';
import { type Cloud, PASSWORD } from '../cloud.ts';

/** Creates an active project owned by a user; returns its uuid. */
export async function projectOf(cloud: Cloud, name: string, owner?: string): Promise<string> {
  const made = await ask(cloud, cloud.adminToken, 'POST', '/identity/v3/projects', { project: { name } });
  assert.equal(made.status, 201, made.text);
  const { id } = made.json.project;
  if (owner !== undefined) {
    const changed = await cloud.admin('PATCH', `/api/projects/${id}`, { owner });
    assert.equal(changed.status, 200, await changed.text());
  }
  return id;
}

/** Makes a user a member of a project, with additional roles. */
export async function enrol(
  { admin }: Cloud,
  project: string,
  user: string,
  roles: string[] = [],
): Promise<void> {
  const answer = await admin('POST', `/api/projects/${project}/memberships`, { user, roles });
  assert.equal(answer.status, 201, await answer.text());
}

/** Logs in by the Identity API v3. @param scope as `auth.scope` */
export async function logIn(cloud: Cloud, identity: object, scope?: unknown): Promise<string> {
  const auth = { identity, ...(scope !== undefined && { scope }) };
  const answer = await cloud.post('/identity/v3/auth/tokens', { auth });
  assert.equal(answer.status, 201, answer.text);
  return String(answer.headers['x-subject-token']);
}

export const byPassword = (email: string, password: string = PASSWORD) => ({
  methods: ['password'],
  password: { user: { name: email, domain: { id: 'default' }, password } },
});
export const byToken = (id: string) => ({ methods: ['token'], token: { id } });
export const byCredential = ({ id, secret }: { id: string; secret: string }) => ({
  methods: ['application_credential'],
  application_credential: { id, secret },
});
export const onProject = (id: string) => ({ project: { id } });

/** One request with a token, a JSON body if one is given. */
export function ask(
  cloud: Cloud,
  token: string | undefined,
  method: string,
  path: string,
  body?: unknown,
): Promise<Exchange> {
  return cloud.send(path, {
    method,
    headers: {
      ...(token !== undefined && { 'x-auth-token': token }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
