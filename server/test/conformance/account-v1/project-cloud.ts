import assert from 'node:assert/strict';
import { parseExact } from '../../../src/lib/text/json.ts';
import type { OpenStorage } from '../../support/engines.ts';
import { ADMIN_TOKEN } from '../../support/harness.ts';
import { exchange } from '../../support/http-exchange.ts';
import { type Answer, type Cloud, startCloud, VISIBLE } from './cloud.ts';

export interface User {
  readonly uuid: string;
  readonly token: string;
}

/** A cloud with an operator, an owner of projects and another user, and short functions for their requests. */
export interface ProjectCloud extends Cloud {
  /** The operator's token. */
  readonly admin: string;
  readonly owner: User;
  readonly plain: User;
  /** GET with a body, which `fetch` does not support. */
  getWithBody(path: string, token: string, body: string): Promise<Answer>;
  /** Applies for a project; returns the ids in the response. */
  apply(changes?: object, token?: string): Promise<{ id: string; application: number }>;
  /** An approved project of the owner; its uuid. */
  active(changes?: object): Promise<string>;
  /** Applies for changes of a project; returns the number of the application. */
  modify(project: string, changes: object, token?: string): Promise<number>;
  /** Acts on a project; `value` is the value of the action. */
  act(project: string | number, action: string, token?: string, value?: unknown): Promise<Answer>;
  decide(project: string | number, action: string, application: unknown, token?: string): Promise<Answer>;
  project(id: string | number, token?: string): Promise<Answer['json']>;
  join(project: string, token: string): Promise<Answer>;
  enroll(project: unknown, user: unknown, token?: string): Promise<Answer>;
  /** A user who joined the project and was accepted; the membership's number. */
  member(project: string, user: User): Promise<number>;
  actOnMembership(id: number, action: string, token: string, value?: unknown): Promise<Answer>;
  membership(id: number, token?: string): Promise<Answer['json']>;
}

export const PENDING_LIMIT = 3;
export const END_DATE = '2113-5-5T20:20:20Z';
/** The response. */
export const END_DATE_SHOWN = '2113-05-05T20:20:20+00:00';
export const UNLIMITED = 9223372036854775807n;

export async function startProjectCloud(
  open: OpenStorage,
  env: Record<string, string> = {},
): Promise<ProjectCloud> {
  const cloud = await startCloud(open, env);
  await cloud.purser.domain.resources.modify('astakos.pending_app', { systemDefault: BigInt(PENDING_LIMIT) });
  const owner = await cloud.addUser('owner@example.org');
  const plain = await cloud.addUser('plain@example.org');
  const { call } = cloud;
  let count = 0;
  const apply: ProjectCloud['apply'] = async (changes = {}, token = owner.token) => {
    count += 1;
    const body = { name: `project${count}.example.org`, end_date: END_DATE, ...changes };
    return expect(201, await call('POST', '/projects', token, body));
  };
  const act: ProjectCloud['act'] = (project, action, token = ADMIN_TOKEN, value = '') =>
    call('POST', `/projects/${project}/action`, token, { [action]: value });
  const decide: ProjectCloud['decide'] = (project, action, application, token) =>
    act(project, action, token, { reason: `because of ${action}`, app_id: application });
  const join: ProjectCloud['join'] = (project, token) =>
    call('POST', '/projects/memberships', token, { join: { project } });
  const actOnMembership: ProjectCloud['actOnMembership'] = (id, action, token, value = '') =>
    call('POST', `/projects/memberships/${id}/action`, token, { [action]: value });
  return {
    ...cloud,
    admin: ADMIN_TOKEN,
    owner,
    plain,
    getWithBody: async (path, token, body) => {
      const answer = await exchange(`${cloud.purser.url}/account/v1.0`, path, {
        headers: { 'x-auth-token': token, 'content-length': String(Buffer.byteLength(body)) },
        body,
      });
      return {
        ...answer,
        headers: new Headers(answer.headers as Record<string, string>),
        json: parseExact(answer.text),
      };
    },
    apply,
    active: async (changes) => {
      const { id, application } = await apply(changes);
      expect(200, await decide(id, 'approve', application));
      return id;
    },
    modify: async (project, changes, token = owner.token) =>
      expect(201, await call('PUT', `/projects/${project}`, token, changes)).application,
    act,
    decide,
    project: async (id, token = owner.token) => expect(200, await call('GET', `/projects/${id}`, token)),
    join,
    enroll: (project, user, token = owner.token) =>
      call('POST', '/projects/memberships', token, { enroll: { project, user } }),
    member: async (project, user) => {
      const { id } = expect(200, await join(project, user.token));
      expect(200, await actOnMembership(id, 'accept', ADMIN_TOKEN));
      return id;
    },
    actOnMembership,
    membership: async (id, token = ADMIN_TOKEN) =>
      expect(200, await call('GET', `/projects/memberships/${id}`, token)),
  };
}

/** The body of a response with this status. */
export function expect(status: number, answer: Answer): Answer['json'] {
  assert.equal(answer.status, status, answer.text);
  return answer.json;
}

const NAMES: Record<number, string> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'notAllowed',
  409: 'conflict',
  413: 'overLimit',
};

/** Asserts a refusal in the envelope of the dialect; returns its message. */
export function refused(status: number, answer: Answer, about = ''): string {
  assert.equal(answer.status, status, `${about} ${answer.text}`);
  const name = NAMES[status] ?? '';
  assert.deepEqual(Object.keys(answer.json), [name]);
  const { code, message, details } = answer.json[name];
  assert.deepEqual([code, details], [status, '']);
  assert.ok(typeof message === 'string' && message.length > 0 && message.length < 600, about);
  return message;
}

/** The resource's part of a body. */
export const resourcesOf = (project_capacity: unknown, member_capacity: unknown): object => ({
  [VISIBLE]: { project_capacity, member_capacity },
});
