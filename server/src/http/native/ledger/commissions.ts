import { page } from '@purser/api/native/common';
import {
  Commission,
  CommissionBulk,
  CommissionBulkVerdict,
  CommissionIssue,
  CommissionIssued,
  CommissionPath,
  CommissionQuery,
  IdempotencyHeader,
} from '@purser/api/native/ledger/commission';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Domain } from '../../../domain.ts';
import type { CommissionQuery as LedgerQuery } from '../../../ledger/core/commissions.ts';
import { PurserError } from '../../../lib/errors.ts';
import { LIMITS } from '../../../lib/limits.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { JsonObject } from '../../../lib/text/json.ts';
import { publicPath } from '../../../lib/text/public-address.ts';
import { lastValue } from '../../kernel/bearer.ts';
import { type Issuing, readIssue, refusalOf } from '../../kernel/commission-body.ts';
import { callingComponent, callingComponentOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { readCursor, writeCursor } from '../frame/paging.ts';
import { anyObject } from '../frame/validation.ts';
import { issueBulk } from './commission-bulk.ts';
import { presentCommission } from './commission-presenters.ts';

const tag = 'Commissions';

const issue = operation(
  {
    id: 'issueCommission',
    tag,
    access: 'component',
    summary: 'Issue a commission',
    description:
      'All its provisions are reserved durably, or none. 200 instead of 201 means that a commission with the same ' +
      'key had already been issued.',
    problems: [404, 409, 413],
    texts: {
      404: 'A holding does not exist; `provision` names it.',
      409: 'The key belongs to another request.',
      413: 'A holding would exceed its limit: `provision` names it; `limit` and `usage` are its numbers. Or the body is too large.',
    },
    answers: { 200: named(CommissionIssued), 201: named(CommissionIssued) },
  },
  { headers: IdempotencyHeader, body: named(CommissionIssue) },
);

const bulk = operation(
  {
    id: 'issueCommissions',
    tag,
    access: 'component',
    summary: 'Issue many commissions',
    description:
      'Each has its own result, in the order of the request, and its own `key`. A refused or malformed commission does ' +
      'not affect the others.',
    answers: { 200: named(CommissionBulkVerdict) },
  },
  { body: CommissionBulk },
);

const list = operation(
  {
    id: 'listCommissions',
    tag,
    access: 'ledger',
    summary: 'List commissions',
    description:
      'In the order of their serials. A page examines a bounded number of commissions, so with filters it can be ' +
      'short or even empty and still have a `next`.',
    problems: [404],
    answers: { 200: page(named(Commission), 'commissions') },
  },
  { querystring: CommissionQuery },
);

const show = operation(
  {
    id: 'getCommission',
    tag,
    access: 'ledger',
    summary: 'Show a commission, pending or resolved',
    problems: [404],
    answers: { 200: named(Commission) },
  },
  { params: CommissionPath },
);

/** Commissions: components issue them and see their own; operators see all. */
export function commissionRoutes(app: NativeApp, domain: Domain): void {
  const { ledger, chargingBounds } = domain;

  app.post('/commissions', { ...issue, validatorCompiler: anyObject }, async (request, reply) => {
    const key = lastValue(request.headers['idempotency-key']);
    const issuing = { ...issuingOf(request, domain), ...omitUndefined({ key }) };
    const asked = readIssue(request.body as JsonObject, issuing, { strict: true });
    const refusal = await chargingBounds.refusal(asked.component, asked.provisions);
    if (refusal) throw refusal;
    const verdict = await ledger.issue(asked);
    if (!verdict.ok) throw refusalOf(verdict);
    const { serial, replayed = false } = verdict;
    reply
      .code(replayed ? 200 : 201)
      .header('location', publicPath(domain.settings.baseUrl, `${app.prefix}/commissions/${serial}`));
    return { serial, replayed };
  });

  const bulkOptions = {
    ...bulk,
    config: { ...bulk.config, judgesText: true },
    validatorCompiler: anyObject,
    bodyLimit: LIMITS.bulk_body_bytes,
  };
  app.post('/commissions/bulk', bulkOptions, async (request, reply) => {
    if (request.headers['idempotency-key'] !== undefined) {
      const reason = 'is not allowed with several commissions; give each its own key';
      throw new PurserError('invalid_field', { field: 'Idempotency-Key', reason });
    }
    const results = await issueBulk(domain, request.body as JsonObject, issuingOf(request, domain));
    return reply.type('application/json').send(results);
  });

  app.get('/commissions', list, async (request) => {
    const query = await queryOf(request, request.query, domain);
    if (!query) return { items: [], next: null };
    const { items, next } = await ledger.commissions(query);
    return { items: items.map(presentCommission), next: next === null ? null : writeCursor(next) };
  });

  app.get('/commissions/:serial', show, async (request) => {
    const { serial } = request.params;
    const commission = await ledger.commission(serial);
    const own = callingComponent(request)?.name;
    if (!commission || (own !== undefined && commission.component !== own)) {
      throw new PurserError('commission_not_found', { serial });
    }
    return presentCommission(commission);
  });
}

function issuingOf(request: FastifyRequest, { clock }: Domain): Issuing {
  return { component: callingComponentOf(request), now_ms: clock.now() };
}

/** The query; undefined if a component asks for the commissions of another component, none of which it may see. */
async function queryOf(
  request: FastifyRequest,
  query: Static<typeof CommissionQuery>,
  { accounts, clock }: Domain,
): Promise<LedgerQuery | undefined> {
  const { state, project, resource } = query;
  const own = callingComponent(request)?.name;
  const component = query.component ?? own;
  if (own !== undefined && component !== own) return undefined;
  // Components identify users by uuid only.
  const byUuid = query.user === undefined || own !== undefined;
  const user = byUuid ? query.user : (await accounts.find(query.user as string)).uuid;
  const issuedBefore = query.older_than === undefined ? undefined : clock.now() - query.older_than * 1000;
  const after = query.after === undefined ? undefined : readCursor(query.after);
  return {
    limit: query.limit ?? LIMITS.page_default,
    ...omitUndefined({ component, state, issuedBefore, project, user, resource, after }),
  };
}
