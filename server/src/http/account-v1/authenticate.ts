import { presentResource } from '../../catalog/presentation.ts';
import type { Principal } from '../../directory/tokens/principal.ts';
import { isInert, withinReach } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { gather } from '../../ledger/quotas.ts';
import { httpDate } from '../../lib/text/wire-date.ts';
import { sendJson } from '../cloudfault/answer.ts';
import { userOf } from '../cloudfault/callers.ts';
import { tokenExpiry } from '../cloudfault/token-expiry.ts';
import { lastValue } from '../kernel/bearer.ts';
import type { RouteTable } from '../kernel/routes.ts';

/** The oldest call that returns the owner of a token (account-v1 §3). */
export function authenticateRoutes(domain: Domain): RouteTable {
  return [
    {
      path: '/authenticate',
      methods: {
        GET: {
          requires: 'any',
          handler: async (request, reply) => {
            const principal = userOf(request);
            const header = lastValue(request.headers['x-auth-token']) ?? null;
            const wantsUsage = Boolean(lastValue((request.query as Record<string, unknown>)['usage']));
            return sendJson(reply, {
              ...presentCaller(principal, header),
              ...(wantsUsage && { usage: await usageOf(domain, principal) }),
            });
          },
        },
      },
    },
  ];
}

function presentCaller({ account, token, grants }: Principal, headerToken: string | null): object {
  const expires = tokenExpiry(token);
  return {
    id: account.id,
    username: account.username,
    // Documented but never sent by the references; old clients accept either name (account-v1 §3.2).
    displayname: account.username,
    uuid: account.uuid,
    email: account.email === null ? [] : [account.email],
    name: account.fullName,
    groups: [...new Set(grants.filter((grant) => !isInert(grant)).map(({ role }) => role.name))],
    auth_token: headerToken,
    auth_token_created: httpDate(token.createdAt),
    auth_token_expires: httpDate(expires),
    // Milliseconds with whole seconds, as the code of the references sends them, not as documented (account-v1 §3.2).
    auth_token_created_ms: wholeSeconds(token.createdAt),
    auth_token_expires_ms: wholeSeconds(expires),
  };
}

const wholeSeconds = (at_ms: number) => Math.floor(at_ms / 1000) * 1000;

/** The user's usage of the resources visible to all users, from the user's system project (account-v1 §3.1). */
async function usageOf({ ledger, resources, settings }: Domain, principal: Principal): Promise<object[]> {
  const { uuid } = principal.account;
  const visible = (await resources.all()).filter(({ apiVisible }) => apiVisible);
  const quotas = await gather(ledger.userQuotas({ users: [uuid], projects: withinReach(principal, [uuid]) }));
  const balances = new Map(quotas.map(({ resource, member }) => [resource, member]));
  return visible.flatMap((resource) => {
    const balance = balances.get(resource.name);
    if (!balance) return [];
    const shown = presentResource(resource, settings.resourcesMeta);
    return [
      {
        name: resource.name,
        description: resource.description ?? '',
        unit: resource.unit ?? '',
        help_text: shown.help_text,
        help_text_input_each: shown.help_text_input_each,
        is_abbreviation: shown.is_abbreviation,
        report_desc: shown.report_desc,
        placeholder: shown.placeholder,
        verbose_name: shown.verbose_name,
        display_name: shown.display_name,
        pluralized_display_name: shown.pluralized_display_name,
        maxValue: balance.limit,
        currValue: balance.usage,
      },
    ];
  });
}
