import { Login } from '@purser/api/native/accounts/login';
import { TokenCreated } from '@purser/api/native/accounts/token';
import { PasswordLogin } from '../../../directory/logins/password-login.ts';
import type { Domain } from '../../../domain.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { presentToken } from '../frame/presenters.ts';
import { instantOf } from '../frame/times.ts';

const login = operation(
  {
    id: 'logIn',
    tag: 'Tokens',
    access: 'public',
    summary: 'Exchange a password for a token',
    description:
      'A wrong password and an unknown user get the same response. With the correct password the response says why the ' +
      'account cannot log in: `account_not_verified`, `account_not_moderated`, `account_rejected`, `account_inactive`. ' +
      'While the terms of service in force are not accepted, the token can only be used to accept them. After too many ' +
      'wrong passwords, all logins are refused for a time. Changing the password revokes the token.',
    problems: [401, 409],
    texts: { 401: 'The credentials are wrong, or the account cannot be used.' },
    answers: { 201: named(TokenCreated) },
  },
  { body: Login },
);

/** Exchanges a password for a token that the user can list and revoke like any other. */
export function loginRoutes(app: NativeApp, domain: Domain): void {
  const passwords = new PasswordLogin(domain);

  app.post('/login', login, async (request, reply) => {
    const { email, password, name = 'login', expires_at } = request.body;
    const expiresAt = typeof expires_at === 'string' ? instantOf('expires_at', expires_at) : expires_at;
    const wanted = { name, ...omitUndefined({ expiresAt }) };
    const { token, secret } = await passwords.logIn(
      { reference: email, password, address: request.ip },
      wanted,
    );
    reply.code(201);
    return { ...presentToken(token), token: secret, replaced: [] };
  });
}
