import { page } from '@purser/api/native/common';
import { Quota, QuotaQuery } from '@purser/api/native/ledger/quota';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { isReferredTo } from '../../../directory/accounts/account-lookup.ts';
import { isOperator, withinReach } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import { effectiveLimit, type QuotaPosition } from '../../../ledger/quota-pages.ts';
import type { QuotaFilter, UserQuota } from '../../../ledger/quotas.ts';
import { PurserError } from '../../../lib/errors.ts';
import { LIMITS } from '../../../lib/limits.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { composed, isStorable } from '../../../lib/text/text.ts';
import { callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { wrongCursor } from '../frame/paging.ts';
import { unitsOf } from '../frame/units.ts';

const list = operation(
  {
    id: 'listQuotas',
    tag: 'Quotas',
    access: 'project',
    summary: 'List quotas',
    description:
      'Users get their own, operators those of all users. A page examines a bounded number of quotas, so with ' +
      'filters it can be short or even empty and still have a `next`.',
    problems: [404],
    answers: { 200: page(named(Quota), 'quotas') },
  },
  { querystring: QuotaQuery },
);

/** Limits and usage of users, by project. */
export function quotaRoutes(app: NativeApp, domain: Domain): void {
  const { ledger } = domain;

  app.get('/quotas', list, async (request) => {
    const { limit = LIMITS.page_default, after, over_limit: overLimit } = request.query;
    const { items, next } = await ledger.quotaPage({
      ...(await visibleOf(request, request.query, domain)),
      ...omitUndefined({ overLimit, after: after === undefined ? undefined : readPosition(after) }),
      limit,
    });
    const units = await unitsOf(domain);
    const present = (quota: UserQuota) => presentQuota(quota, units.get(quota.resource) ?? null);
    return { items: items.map(present), next: next && writePosition(next) };
  });
}

/** The filters of the query, restricted to what the caller may see. */
async function visibleOf(
  request: FastifyRequest,
  { user, project, resource: asked }: Static<typeof QuotaQuery>,
  domain: Domain,
): Promise<QuotaFilter> {
  const resource = asked === undefined ? undefined : composed(asked);
  const principal = callerOf(request);
  const account = user === undefined ? undefined : await findFor(request, user, domain);
  const narrowed = omitUndefined({
    projects: project === undefined ? undefined : [project],
    resources: resource === undefined ? undefined : [resource],
  });
  if (isOperator(principal)) return { ...narrowed, ...(account && { users: [account] }) };
  const { uuid } = principal.account;
  const sources = withinReach(principal, await domain.projects.quotaSourcesOf(uuid));
  const shown = (await domain.resources.all()).filter(({ apiVisible }) => apiVisible).map(({ name }) => name);
  return {
    users: [uuid],
    projects: project === undefined ? sources : sources.filter((one) => one === project),
    resources: resource === undefined ? shown : shown.filter((one) => one === resource),
  };
}

/** The uuid of the user that a query names; a user can name only themselves. */
async function findFor(request: FastifyRequest, user: string, { accounts }: Domain): Promise<string> {
  const principal = callerOf(request);
  if (isOperator(principal)) return (await accounts.find(user)).uuid;
  if (isReferredTo(principal.account, user)) return principal.account.uuid;
  throw new PurserError('forbidden');
}

function presentQuota(quota: UserQuota, unit: string | null): Static<typeof Quota> {
  const { user, project, resource, member, pool } = quota;
  return {
    user,
    project,
    resource,
    unit,
    limit: member.limit,
    usage: member.usage,
    pending: member.pending,
    project_limit: pool.limit,
    project_usage: pool.usage,
    project_pending: pool.pending,
    effective_limit: effectiveLimit(quota),
  };
}

function writePosition({ user, project, resource }: QuotaPosition): string {
  return Buffer.from(`${project}:${resource}:${user}`).toString('base64url');
}

function readPosition(cursor: string): QuotaPosition {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const [, project, resource, user = ''] = /^([0-9]{1,15}):([0-9]{1,16}):(.+)$/s.exec(text) ?? [];
  const position = { user, project: Number(project), resource: Number(resource) };
  if (user !== '' && isStorable(user) && writePosition(position) === cursor) return position;
  throw wrongCursor();
}
