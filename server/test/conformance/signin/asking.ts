import assert from 'node:assert/strict';
import { codeOf } from '../../support/authenticators/authenticator-app.ts';
import { SoftAuthenticator } from '../../support/authenticators/soft-authenticator.ts';
import type { OpenStorage } from '../../support/engines.ts';
import type { Exchange } from '../../support/http-exchange.ts';
import { type Cloud, PASSWORD, startCloud } from '../cloud.ts';

/** Passkeys need a domain name. */
export const ORIGIN = 'http://localhost:8700';

/** A cloud with functions for the sign-in of browsers. */
export interface SignInCloud extends Cloud {
  /** POST below `/api/session`. */
  session(path: string, body: object, headers?: Record<string, string>): Promise<Exchange>;
  /** With a right password, unless another one is given. */
  signIn(name?: string, password?: string): Promise<Exchange>;
  /** The ticket of a sign-in that needs this step. */
  ticketOf(step: string, name?: string): Promise<string>;
  /** The current code of an authenticator app. */
  code(secret: string, steps?: number): string;
  /** The question for a passkey: as a second factor with a ticket, as the only factor without. */
  question(ticket?: string): Promise<{ ticket: string; options: object }>;
  /** Registers a passkey of a user. */
  addPasskey(uuid: string, authenticator?: SoftAuthenticator): Promise<SoftAuthenticator>;
}

export async function startSignIn(open: OpenStorage, env: Record<string, string> = {}): Promise<SignInCloud> {
  const cloud = await startCloud(open, { PURSER_BASE_URL: ORIGIN, ...env });
  const session: SignInCloud['session'] = (path, body, headers = {}) =>
    cloud.post(`/api/session${path}`, body, headers);
  const signIn: SignInCloud['signIn'] = (username = cloud.first.email, password = PASSWORD) =>
    session('', { username, password });
  return {
    ...cloud,
    session,
    signIn,
    ticketOf: async (step, name) => {
      const answer = await signIn(name);
      isProblem(answer, 401, step);
      assert.equal(answer.headers['set-cookie'], undefined);
      return String(answer.json.ticket);
    },
    code: (secret, steps) => codeOf(secret, cloud.clock, steps),
    question: async (ticket) => {
      const answer = await session('/passkey/options', { ...(ticket !== undefined && { ticket }) });
      assert.equal(answer.status, 200, answer.text);
      return answer.json;
    },
    addPasskey: async (uuid, authenticator = new SoftAuthenticator(ORIGIN)) => {
      const { signInMethods } = cloud.domain;
      const { ticket, options } = await signInMethods.passkeyOptions(uuid);
      const made = { ticket, name: 'Key', response: authenticator.create(options) };
      const by = { uuid, name: 'the user', address: null };
      assert.ok(await signInMethods.addPasskey(uuid, made, by));
      return authenticator;
    },
  };
}

/** Asserts a problem of the native API. */
export function isProblem({ status, json, text }: Exchange, expected: number, code: string): void {
  assert.equal(`${status} ${json?.code}`, `${expected} ${code}`, text);
}

/** Asserts that a session was started, by these methods. */
export function isSignedIn({ status, json, text, headers }: Exchange, methods: readonly string[]): void {
  assert.equal(status, 201, text);
  assert.deepEqual(json.methods, methods);
  assert.match(String(headers['set-cookie']), /^__Host-purser=[\w-]{43};/);
}
