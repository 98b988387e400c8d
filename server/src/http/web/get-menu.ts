import type { FastifyRequest } from 'fastify';
import type { Account, Principal } from '../../directory/tokens/principal.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { publicUrl } from '../../lib/text/public-address.ts';
import { astakosToken } from '../kernel/bearer.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { sessionSecretOf } from '../kernel/session-cookie.ts';
import { accountCookie } from './account-cookie.ts';
import { sendFeed } from './jsonp.ts';

interface MenuItem {
  readonly url: string;
  readonly name: string;
}

/** The account menu of the cloud bar (web §3), at both of its addresses. */
export function menuRoutes(domain: Domain): RouteTable {
  return ['/ui', '/im'].map((prefix) => ({
    path: `${prefix}/get_menu`,
    methods: {
      GET: {
        requires: 'public',
        handler: async (request, reply) => {
          const account = await accountOf(domain, request);
          const here = publicUrl(domain.settings.baseUrl, pathOf(request));
          const menu = menuOf(publicUrl(domain.settings.baseUrl, prefix), account);
          return sendFeed(
            request,
            reply,
            menu.map((item) => (here.startsWith(item.url) ? { ...item, is_active: true } : item)),
          );
        },
      },
    },
  }));
}

function menuOf(base: string, account: Account | undefined): MenuItem[] {
  if (!account) return [{ url: `${base}/`, name: 'Sign in' }];
  return [
    { url: `${base}/`, name: account.email ?? account.username },
    { url: `${base}/landing`, name: 'Dashboard' },
    { url: `${base}/logout`, name: 'Sign out' },
  ];
}

const pathOf = (request: FastifyRequest) => (request.raw.url ?? '').split('?', 1)[0] ?? '';

/**
 * The account of a token, of a session or of the account cookie; undefined if none is valid. Browsers send the cookie of
 * a session along with no request of another site, so that no other site learns who is signed in.
 */
async function accountOf(domain: Domain, request: FastifyRequest): Promise<Account | undefined> {
  const token = astakosToken(request);
  if (token !== undefined) return (await bearer(domain, token))?.account;
  const session = sessionSecretOf(request);
  const principal = session === undefined ? undefined : await domain.sessions.bearerOf(session);
  if (principal) return principal.account;
  const cookie = accountCookie(request.headers.cookie, domain.settings.cookieName);
  const account = cookie && (await bearer(domain, cookie.token))?.account;
  return account && account.uuid === cookie.uuid ? account : undefined;
}

async function bearer({ tokens }: Domain, secret: string): Promise<Principal | undefined> {
  try {
    return await tokens.authenticate(secret);
  } catch (error) {
    if (error instanceof PurserError && error.kind === 'unauthenticated') return undefined;
    throw error;
  }
}
