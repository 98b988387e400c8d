import type { Ingredients } from '../../../src/compose/app.ts';
import { parseExact, stringifyExact } from '../../../src/lib/text/json.ts';
import type { OpenStorage } from '../../support/engines.ts';
import { startPurser, type TestPurser } from '../../support/harness.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body parsed with exact integers; undefined if it is empty. */
  // biome-ignore lint/suspicious/noExplicitAny: assertions reach into answers of every shape
  readonly json: any;
}

/** A cloud with one component whose service has a visible and a hidden resource, and one user. */
export interface Cloud {
  readonly purser: TestPurser;
  /** The component's secret, and a second component's. */
  readonly service: string;
  readonly otherService: string;
  readonly user: { readonly uuid: string; readonly token: string };
  /** A call of the account dialect; `body` is sent as JSON unless it is a text or bytes. */
  call(
    method: string,
    path: string,
    token?: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Issues a commission of (resource, quantity) pairs on the user's own project, member and pool alike. */
  issue(charges: Record<string, number | bigint>, extra?: object): Promise<Answer>;
  /** A second user. */
  addUser(email: string): Promise<{ uuid: string; token: string }>;
}

export const VISIBLE = 'service1.r11';
export const ROOMY = 'service1.r12';
export const HIDDEN = 'service1.hidden';
export const FOREIGN = 'service2.r21';

/** Starts a cloud; the limits of a user's own project are 100 of r11, 2^63 - 1 of r12 and 5 of the hidden one. */
export async function startCloud(
  open: OpenStorage,
  env: Record<string, string> = {},
  ingredients: Ingredients = {},
): Promise<Cloud> {
  const purser = await startPurser(open, env, ingredients);
  const { components, services, resources, accounts, tokens } = purser.domain;
  const one = await components.add({ name: 'component1', baseUrl: 'http://one.example.org' });
  const two = await components.add({ name: 'component2', baseUrl: 'http://two.example.org' });
  await services.import({
    service1: serviceOf('component1', 'service1', [
      { name: VISIBLE, desc: 'resource 11', unit: null },
      { name: ROOMY, desc: 'resource 12', unit: 'bytes' },
      { name: HIDDEN, desc: 'hidden', ui_visible: false, api_visible: false },
    ]),
    service2: serviceOf('component2', 'service2', [{ name: FOREIGN, desc: 'resource 21' }]),
  });
  await resources.modify(VISIBLE, { systemDefault: 100n });
  await resources.modify(HIDDEN, { systemDefault: 5n });
  const addUser = async (email: string): Promise<{ uuid: string; token: string }> => {
    const { uuid } = await accounts.createActive({ email, firstName: 'Test', lastName: 'User' });
    return { uuid, token: (await tokens.issue(uuid, { name: 'test' })).secret };
  };
  const user = await addUser('test1@example.org');
  const call: Cloud['call'] = async (method, path, token, body, headers = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await purser.fetch(`/account/v1.0${path}`, {
      method,
      headers: {
        ...(token !== undefined && { 'x-auth-token': token }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        body: raw ? (body as NonNullable<RequestInit['body']>) : stringifyExact(body),
      }),
    });
    const text = await response.text();
    const json = text !== '' && text.startsWith('<') === false ? parseExact(text) : undefined;
    return { status: response.status, headers: response.headers, text, json };
  };
  return {
    purser,
    service: one.secret,
    otherService: two.secret,
    user,
    call,
    addUser,
    issue: (charges, extra = {}) =>
      call('POST', '/commissions', one.secret, { provisions: provisionsOf(user.uuid, charges), ...extra }),
  };
}

/** The pair of provisions that a service sends for each resource (quota §2.1). */
export function provisionsOf(uuid: string, charges: Record<string, number | bigint>): object[] {
  return Object.entries(charges).flatMap(([resource, quantity]) => [
    { holder: `user:${uuid}`, source: `project:${uuid}`, resource, quantity },
    { holder: `project:${uuid}`, source: null, resource, quantity },
  ]);
}

function serviceOf(component: string, name: string, resources: object[]): object {
  return {
    component,
    type: name,
    endpoints: [{ versionId: 'v1.0', publicURL: `http://${component}.example.org/${name}/v1.0` }],
    resources: Object.fromEntries(
      resources.map((resource, index) => [
        `r${index}`,
        { ...resource, service_type: name, service_origin: name },
      ]),
    ),
  };
}
