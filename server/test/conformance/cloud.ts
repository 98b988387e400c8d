import assert from 'node:assert/strict';
import type { Account } from '../../src/directory/tokens/principal.ts';
import type { OpenStorage } from '../support/engines.ts';
import { startPurser, type TestPurser } from '../support/harness.ts';
import { type Exchange, exchange, type Sent } from '../support/http-exchange.ts';

export interface Person {
  readonly account: Account;
  readonly uuid: string;
  readonly email: string;
  readonly token: string;
}

/** A service with two users and a component that has three services, for the conformance tests. */
export interface Cloud extends TestPurser {
  readonly first: Person;
  readonly second: Person;
  readonly component: { readonly name: string; readonly token: string };
  send(path: string, sent?: Sent): Promise<Exchange>;
  /** POST with a JSON body, labelled as such. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Exchange>;
}

export const PASSWORD = 'a password of some length';
const COMPONENT = 'testing';

export async function startCloud(open: OpenStorage, env: Record<string, string> = {}): Promise<Cloud> {
  const purser = await startPurser(open, env);
  const first = await person(purser, 'Test1@Example.org', 'Ada', 'Löve');
  const second = await person(purser, 'test2@example.org', 'Grace', 'Hopper');
  const { secret } = await purser.domain.components.add({
    name: COMPONENT,
    baseUrl: 'http://testing.example.org',
    uiUrl: 'http://testing.example.org/ui?a=1&b=2',
  });
  await purser.domain.services.import(threeServices());
  const send = (path: string, sent?: Sent) => exchange(purser.url, path, sent);
  return {
    ...purser,
    first,
    second,
    component: { name: COMPONENT, token: secret },
    send,
    post: (path, body, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

export async function person(
  { domain }: TestPurser,
  email: string,
  firstName: string,
  lastName: string,
): Promise<Person> {
  const account = await domain.accounts.createActive({ email, firstName, lastName, password: PASSWORD });
  const { secret } = await domain.tokens.issue(account.uuid, { name: 'test' });
  return { account, uuid: account.uuid, email: account.username, token: secret };
}

function threeServices(): Record<string, object> {
  const entries = [1, 2, 3].map((n) => [
    `service${n}`,
    {
      component: COMPONENT,
      type: `type${n}`,
      endpoints: [
        {
          versionId: 'v1.0',
          publicURL: `http://testing.example.org/service${n}`,
          'SNF:exposeVersion': 'True',
        },
      ],
      resources:
        n === 1
          ? {
              disk: {
                name: 'service1.disk',
                desc: 'Disk space',
                unit: 'bytes',
                service_type: 'type1',
                service_origin: 'service1',
                ui_visible: true,
                api_visible: true,
              },
            }
          : {},
    },
  ]);
  return Object.fromEntries(entries);
}

/** Asserts a fault in JSON and the headers of every response. */
export function assertFault(answer: Exchange, status: number, name: string, message: string | RegExp): void {
  assert.equal(answer.status, status, answer.text);
  const body = answer.json;
  assert.deepEqual(Object.keys(body), [name]);
  assert.equal(body[name].code, status);
  assert.equal(body[name].details, '');
  if (typeof message === 'string') assert.equal(body[name].message, message);
  else assert.match(body[name].message, message);
  assert.equal(answer.headers['content-type'], 'application/json; charset=UTF-8');
  assertEnvelope(answer);
}

export function assertEnvelope({ headers, text }: Exchange): void {
  assert.match(String(headers.vary), /X-Auth-Token/);
  for (const directive of ['no-cache', 'no-store', 'must-revalidate', 'max-age=0']) {
    assert.ok(headers['cache-control']?.includes(directive), directive);
  }
  assert.equal(headers.expires, 'Thu, 15 Jan 2026 12:00:00 GMT');
  assert.equal(headers['last-modified'], headers.expires);
  assert.equal(headers['content-length'], String(Buffer.byteLength(text)));
  assert.ok(!Object.keys(headers).some((name) => name.startsWith('access-control-')));
}

export const badRequest = (answer: Exchange, message: string | RegExp): void =>
  assertFault(answer, 400, 'badRequest', message);
export const unauthorized = (answer: Exchange, message: string | RegExp): void =>
  assertFault(answer, 401, 'unauthorized', message);
export const notFound = (answer: Exchange, message: string | RegExp): void =>
  assertFault(answer, 404, 'itemNotFound', message);

export function notAllowed(answer: Exchange, allow: string): void {
  assertFault(answer, 405, 'notAllowed', 'Method not allowed');
  assert.equal(answer.headers.allow, allow);
}
