import type { FastifyRequest } from 'fastify';
import type { AccountReference } from '../../directory/accounts/account-lookup.ts';
import type { CredentialReference } from '../../directory/tokens/application-credential.ts';
import type { TokenLoginMethod } from '../../directory/tokens/principal.ts';
import { PurserError } from '../../lib/errors.ts';
import { isObject } from '../../lib/text/json.ts';
import type { WantedScope } from '../../projects/roles/scoped-tokens.ts';
import { lastValue } from '../kernel/bearer.ts';
import { badRequest } from './faults.ts';
import { bodyOf, type Fields } from './fields.ts';
import { DOMAIN } from './presenters.ts';

/** The credentials of one method of a login. */
export type Claim =
  | { readonly method: 'password'; readonly reference: AccountReference; readonly password: string }
  | { readonly method: 'totp'; readonly reference: AccountReference; readonly passcode: string }
  | { readonly method: 'token'; readonly secret: string }
  | {
      readonly method: 'application_credential';
      readonly reference: CredentialReference;
      readonly secret: string;
    };

export interface AuthRequest {
  /** At least one; each method at most once. */
  readonly claims: readonly Claim[];
  readonly scope: WantedScope;
  /** What stands for a right password of an earlier request. */
  readonly receipt: string | undefined;
}

const READERS: Readonly<Record<TokenLoginMethod | 'totp', (form: Fields) => Claim>> = {
  password: (form) => {
    const user = form.requiredObject('user');
    return { method: 'password', reference: referenceOf(user), password: user.required('password') };
  },
  totp: (form) => {
    const user = form.requiredObject('user');
    return { method: 'totp', reference: referenceOf(user), passcode: user.required('passcode') };
  },
  token: (form) => ({ method: 'token', secret: form.required('id') }),
  application_credential: (form) => ({
    method: 'application_credential',
    reference: credentialOf(form),
    secret: form.required('secret'),
  }),
};

/** The header of a receipt, in requests and responses. */
export const RECEIPT = 'openstack-auth-receipt';

/** Parses the body of POST auth/tokens. `credentials_wrong` for methods that are not supported. */
export function readAuth(request: FastifyRequest): AuthRequest {
  const auth = bodyOf(request, 'auth');
  const identity = auth.requiredObject('identity');
  const methods = new Set(identity.list('methods'));
  if (methods.size === 0) throw badRequest('auth.identity.methods: must name at least one');
  const claims = [...methods].map((method) => {
    if (typeof method !== 'string') throw badRequest('auth.identity.methods: must be a list of strings');
    const read = Object.hasOwn(READERS, method) ? READERS[method as keyof typeof READERS] : undefined;
    if (!read) throw new PurserError('credentials_wrong');
    return read(identity.requiredObject(method));
  });
  const receipt = lastValue(request.headers[RECEIPT]) || undefined;
  return { claims, scope: scopeOf(auth), receipt };
}

const SCOPES = ['project', 'domain', 'system', 'unscoped'] as const;

function scopeOf(auth: Fields): WantedScope {
  const raw = auth.raw('scope');
  if (raw === undefined) return { kind: 'default' };
  if (raw === 'unscoped') return { kind: 'none' };
  if (!isObject(raw)) throw badRequest('auth.scope: must be an object or "unscoped"');
  const scope = auth.requiredObject('scope');
  const [kind, more] = SCOPES.filter((known) => scope.raw(known) !== undefined);
  if (kind === undefined || more !== undefined) {
    throw badRequest(`auth.scope: must have one of ${SCOPES.join(', ')}`);
  }
  const form = scope.requiredObject(kind);
  if (kind === 'unscoped') return { kind: 'none' };
  if (kind === 'project') return projectOf(form);
  if (kind === 'system') {
    if (form.flag('all') !== true) throw badRequest('auth.scope.system.all: must be true');
  } else if (!isOurs(form)) throw new PurserError('credentials_wrong');
  return { kind };
}

function projectOf(form: Fields): WantedScope {
  const uuid = form.text('id');
  if (uuid !== undefined) return { kind: 'project', by: { uuid } };
  const name = form.required('name');
  if (!isOurs(form.requiredObject('domain'))) throw new PurserError('credentials_wrong');
  return { kind: 'project', by: { name } };
}

/** An id is not accepted as a name, nor a name as an id: in the wrong place it matches no account. */
function referenceOf(user: Fields): AccountReference {
  const uuid = user.text('id');
  return uuid === undefined ? { name: nameOf(user) } : { uuid };
}

function credentialOf(form: Fields): CredentialReference {
  const id = form.text('id');
  if (id !== undefined) return { id };
  const name = form.required('name');
  const user = form.requiredObject('user');
  const uuid = user.text('id');
  return { name, user: uuid === undefined ? { username: nameOf(user) } : { uuid } };
}

/** The name of a user of this domain; for a user of another domain the empty text, which no account has. */
function nameOf(user: Fields): string {
  const name = user.required('name');
  return isOurs(user.requiredObject('domain')) ? name : '';
}

/** Whether a domain, by id or name, is the only one. */
function isOurs(form: Fields): boolean {
  const id = form.text('id');
  if (id !== undefined) return id === DOMAIN.id;
  return form.required('name').toLowerCase() === DOMAIN.name.toLowerCase();
}
