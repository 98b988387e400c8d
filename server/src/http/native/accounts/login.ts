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
      'Who has the wrong password, and who is unknown, gets the same answer. Whoever has the right one is told why it ' +
      'does not help: `account_not_verified`, `account_not_moderated`, `account_rejected`, `account_inactive`. While ' +
      'there are terms of service to accept, the token is good for accepting them and nothing else. After too many ' +
      'wrong passwords, the right one is not heard for a while either. The token ends with the password.',
    problems: [401, 409],
    texts: { 401: 'The password is wrong, or the account cannot be used.' },
    answers: { 201: named(TokenCreated) },
  },
  { body: Login },
);

/** E-mail address and password for a token that the user can see and revoke like any other. */
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
