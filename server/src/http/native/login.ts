import { Login } from '@purser/api/native/login';
import { TokenCreated } from '@purser/api/native/token';
import { PasswordLogin } from '../../directory/password-login.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { given } from './given.ts';
import type { NativeApp } from './native-app.ts';
import { named, operation } from './operation.ts';
import { presentToken } from './presenters.ts';
import { instantOf } from './times.ts';

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

const BY_PASSWORD = {
  methods: ['password'],
  breadth: null,
  ancestor: null,
  whole: true,
  credential: null,
} as const;

/** What an account that is not active is told by its state; any other is `account_inactive`. */
const STANDING = {
  pending_verification: 'account_not_verified',
  pending_moderation: 'account_not_moderated',
  rejected: 'account_rejected',
} as const;

/** E-mail address and password for a token that the user can see and revoke like any other. */
export function loginRoutes(app: NativeApp, domain: Domain): void {
  const passwords = new PasswordLogin(domain);

  app.post('/login', login, async (request, reply) => {
    const { email, password, name = 'login', expires_at } = request.body;
    const expiresAt = typeof expires_at === 'string' ? instantOf('expires_at', expires_at) : expires_at;
    const account = await passwords.recognise(email, password, request.ip);
    if (!account) throw new PurserError('credentials_wrong');
    const code = STANDING[account.state as keyof typeof STANDING];
    if (code) throw new PurserError(code);
    if (!account.active) throw new PurserError('account_inactive');
    const { uuid, username } = account;
    const by = { uuid, name: username, address: request.ip };
    await domain.accounts.noteLogin(uuid);
    const wanted = { name, ...given({ expiresAt }), origin: BY_PASSWORD };
    const { token, secret } = await domain.tokens.issue(uuid, wanted, { by });
    reply.code(201);
    return { ...presentToken(token), token: secret };
  });
}
