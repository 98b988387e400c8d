import { page } from '@purser/api/native/common';
import { Charge, ChargeQuery, UsageQuery, UsageSeries } from '@purser/api/native/ledger/usage';
import { csvLine } from '@purser/text/csv';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { isReferredTo } from '../../../directory/accounts/account-lookup.ts';
import { isOperator, reachOf, withinReach } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import type { Charge as UsedCharge } from '../../../ledger/usage/charges.ts';
import type { ChargeSpan } from '../../../ledger/usage/history.ts';
import type { UsageFilter } from '../../../ledger/usage/usage-owners.ts';
import { PurserError } from '../../../lib/errors.ts';
import { LIMITS } from '../../../lib/limits.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { composed } from '../../../lib/text/text.ts';
import { callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { stream } from '../frame/streaming.ts';
import { timeOrDay } from '../frame/times.ts';
import { unitsOf } from '../frame/units.ts';
import { readChargeCursor, writeChargeCursor } from './charge-cursor.ts';
import { presentCharge, presentSeries } from './usage-presenters.ts';

const tag = 'Usage';

const series = operation(
  {
    id: 'getUsage',
    tag,
    access: 'project',
    summary: 'Show usage over time',
    description:
      'A series for each holding with usage before the end of the period. Operators get all. Users get their own usage ' +
      'and, with `project` or `per=project`, the total usage of the projects they are members of.',
    problems: [403, 404],
    answers: {
      200: Type.Object(
        { items: Type.Array(named(UsageSeries)) },
        { description: 'All series, not paginated.' },
      ),
    },
  },
  { querystring: UsageQuery },
);

const charges = operation(
  {
    id: 'listCharges',
    tag,
    access: 'operator',
    summary: 'List usage per holding for charge-back',
    description:
      'One item for each holding with usage in the period: projects first, then their users. A page examines a ' +
      'bounded number of holdings, so it can be short or even empty and still have a `next`.',
    problems: [404],
    answers: { 200: page(named(Charge), 'charges') },
  },
  { querystring: ChargeQuery },
);

/** Usage over time, by project, user and resource. */
export function usageRoutes(app: NativeApp, domain: Domain): void {
  const { usage } = domain;

  app.get('/usage', series, async (request) => {
    const { from, to, step = 'hour' } = request.query;
    const found = await usage.series({
      ...(await visibleOf(request, request.query, domain)),
      ...omitUndefined({ from: timeOf('from', from), to: timeOf('to', to) }),
      step,
    });
    const units = await unitsOf(domain);
    return { items: found.map((one) => presentSeries(one, units)) };
  });

  app.get('/charges', charges, async (request, reply) => {
    const { from, to, after, limit } = request.query;
    const span = {
      ...(await unrestricted(request.query, domain)),
      from: timeOrDay('from', from),
      ...omitUndefined({ to: timeOf('to', to) }),
    };
    if (wantsCsv(request, request.query)) {
      if (after !== undefined || limit !== undefined) {
        const field = after === undefined ? 'limit' : 'after';
        throw new PurserError('invalid_field', {
          field,
          reason: 'cannot be combined with CSV, which is not paginated',
        });
      }
      return sendCsv(reply, span, domain);
    }
    const found = await usage.chargePage({
      ...span,
      ...(after !== undefined && readChargeCursor(after)),
      limit: limit ?? LIMITS.page_default,
    });
    return {
      items: await presentCharges(found.items, { from: span.from, to: found.to }, domain),
      next: found.next && writeChargeCursor({ after: found.next, to: found.to }),
    };
  });
}

const timeOf = (field: string, text: string | undefined): number | undefined =>
  text === undefined ? undefined : timeOrDay(field, text);

type Filters = Pick<Static<typeof UsageQuery>, 'project' | 'user' | 'resource' | 'per'>;

/** The filters, unrestricted. */
async function unrestricted(
  { project, user, resource, per }: Filters,
  { accounts }: Domain,
): Promise<UsageFilter> {
  return omitUndefined({
    projects: project === undefined ? undefined : [project],
    user: user === undefined ? undefined : (await accounts.find(user)).uuid,
    resources: resource === undefined ? undefined : [composed(resource)],
    per,
  });
}

/** The filters, restricted to what the caller may see. */
async function visibleOf(request: FastifyRequest, filters: Filters, domain: Domain): Promise<UsageFilter> {
  const principal = callerOf(request);
  if (isOperator(principal)) return unrestricted(filters, domain);
  const { uuid } = principal.account;
  const { project, user, resource, per } = filters;
  if (user !== undefined && !isReferredTo(principal.account, user)) {
    throw new PurserError('forbidden');
  }
  const shown = (await domain.resources.all()).filter(({ apiVisible }) => apiVisible).map(({ name }) => name);
  const resources = resource === undefined ? shown : shown.filter((name) => name === composed(resource));
  const own = user !== undefined || (per ?? (project === undefined ? 'user' : 'project')) === 'user';
  const sources = withinReach(principal, await domain.projects.quotaSourcesOf(uuid));
  if (own) {
    // Usage in projects that a user has left stays visible to that user; a narrowed token sees only its own project.
    const whole = reachOf(principal.token) === 'whole';
    const within = whole ? undefined : sources;
    const projects = project === undefined ? within : (within ?? [project]).filter((one) => one === project);
    return { user: uuid, resources, ...omitUndefined({ projects, per }) };
  }
  if (project !== undefined && !sources.includes(project)) throw new PurserError('forbidden');
  return { projects: project === undefined ? sources : [project], resources, per: 'project' };
}

function wantsCsv({ headers }: FastifyRequest, { format }: Static<typeof ChargeQuery>): boolean {
  return format === undefined ? /\btext\/csv\b/i.test(headers.accept ?? '') : format === 'csv';
}

async function presentCharges(
  items: readonly UsedCharge[],
  span: { from: number; to: number },
  domain: Domain,
): Promise<Charge[]> {
  const users = [...new Set(items.map(({ user }) => user))].filter((user) => user !== null);
  const usernames = await domain.accounts.usernamesOf(users);
  const units = await unitsOf(domain);
  return items.map((item) => presentCharge(item, span, units, usernames));
}

const COLUMNS = [
  ...(['project', 'user', 'username', 'resource', 'unit', 'from', 'to'] as const),
  ...(['unit_seconds', 'unit_hours', 'usage'] as const),
];

function sendCsv(reply: FastifyReply, span: ChargeSpan, domain: Domain): Promise<FastifyReply> {
  reply.header('content-disposition', 'attachment; filename="charges.csv"');
  return stream(reply, 'text/csv; charset=utf-8', csvOf(span, domain));
}

async function* csvOf(span: ChargeSpan, domain: Domain): AsyncGenerator<string> {
  const { to, chunks } = await domain.usage.charges(span);
  yield '';
  yield csvLine(COLUMNS);
  for await (const items of chunks) {
    const lines = await presentCharges(items, { from: span.from, to }, domain);
    yield lines.map((line) => csvLine(COLUMNS.map((column) => line[column]))).join('');
  }
}
