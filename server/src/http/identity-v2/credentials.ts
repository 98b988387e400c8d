import { isObject } from '../../lib/text/json.ts';
import { badRequest } from '../cloudfault/fault.ts';

/** The credentials in the body of POST tokens (identity-v2 §2.1). */
export interface Credentials {
  /** A token; in the password form possibly a password. */
  readonly secret: string;
  /** Uuid or e-mail; undefined in the token form. */
  readonly username: string | undefined;
  /** As sent; validated after the credentials. */
  readonly tenantName: unknown;
}

const MISSING = 'Malformed request: missing credentials';

/** Parses the body of POST tokens. The token form takes precedence. */
export function readCredentials(body: unknown): Credentials {
  const auth = member(asObject(body), 'auth');
  if (auth === undefined) throw badRequest(MISSING);
  const form = asObject(auth);
  return {
    ...(tokenForm(member(form, 'token')) ?? passwordForm(member(form, 'passwordCredentials'))),
    tenantName: member(form, 'tenantName'),
  };
}

type Claim = Pick<Credentials, 'secret' | 'username'>;

function tokenForm(token: unknown): Claim | undefined {
  if (token === undefined) return undefined;
  const id = member(asObject(token), 'id');
  return id === undefined ? undefined : { secret: asSecret(id), username: undefined };
}

function passwordForm(credentials: unknown): Claim {
  if (credentials === undefined) throw badRequest(MISSING);
  const form = asObject(credentials);
  const password = member(form, 'password');
  const username = member(form, 'username');
  if (password === undefined || username === undefined) throw badRequest(MISSING);
  const secret = asSecret(password);
  if (typeof username !== 'string') throw malformed();
  return { secret, username };
}

function asSecret(value: unknown): string {
  if (value === null) throw badRequest('Malformed request: missing token');
  if (typeof value !== 'string') throw malformed();
  return value;
}

function asObject(value: unknown): object {
  if (!isObject(value)) throw malformed();
  return value;
}

/** An own property of a parsed object; undefined if absent. */
function member(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}

const malformed = () => badRequest('Malformed request');
