import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import type { ResolveRequest, ResolveVerdict } from '../../ledger/core/commission.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { asInteger, type JsonObject } from '../../lib/text/json.ts';
import { sendEmpty, sendJson, sendJsonText } from '../cloudfault/answer.ts';
import { componentOf } from '../cloudfault/callers.ts';
import { badRequest, faultOf } from '../cloudfault/fault.ts';
import { jsonObjectBody } from '../cloudfault/json-body.ts';
import { lastValue } from '../kernel/bearer.ts';
import { readIssue } from '../kernel/commission-body.ts';
import type { Endpoint, RouteTable } from '../kernel/routes.ts';
import { isOlderComponent, noteCommission } from './generation.ts';
import { inTodaysNames } from './older-commissions.ts';
import { presentCommission, presentRefusal } from './presenters.ts';

/** Commissions (quota §2). All calls are for components, which see only their own commissions. */
export function commissionRoutes(domain: Domain): RouteTable {
  const endpoint = (
    handler: (domain: Domain, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ): Endpoint => ({
    requires: 'component',
    handler: (request: FastifyRequest, reply: FastifyReply) => handler(domain, request, reply),
  });
  return [
    { path: '/commissions', methods: { GET: endpoint(listPending), POST: endpoint(issue) } },
    { path: '/commissions/action', methods: { POST: endpoint(resolveMany) } },
    { path: '/commissions/:serial(^\\d+$)', methods: { GET: endpoint(show) } },
    { path: '/commissions/:serial(^\\d+$)/action', methods: { POST: endpoint(resolveOne) } },
  ];
}

async function listPending(
  { ledger }: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return sendJson(reply, await ledger.pending(componentOf(request).name));
}

async function issue(domain: Domain, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { ledger, clock, chargingBounds } = domain;
  const issuing = {
    component: componentOf(request),
    now_ms: clock.now(),
    key: lastValue(request.headers['idempotency-key']),
  };
  const asked = readIssue(jsonObjectBody(request), issuing, { strict: false });
  const named = inTodaysNames(asked);
  const refusal = await chargingBounds.refusal(named.component, named.provisions);
  if (refusal) throw refusal;
  const verdict = await ledger.issue(named);
  if (!verdict.ok) throw presentRefusal(verdict, asked);
  await noteCommission(domain, request, asked);
  return sendJsonText(reply, `{"serial":${verdict.serial}}`, 201);
}

async function show(domain: Domain, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const serial = serialOfPath(request);
  const commission = serial === undefined ? undefined : await domain.ledger.commission(serial);
  const visible = commission?.state === 'pending' && commission.component === componentOf(request).name;
  if (!visible) return sendEmpty(request, reply, 404);
  return sendJson(reply, presentCommission(commission, isOlderComponent(domain, request)));
}

async function resolveOne(
  { ledger }: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = jsonObjectBody(request);
  const accept = Object.hasOwn(body, 'accept');
  if (accept === Object.hasOwn(body, 'reject')) {
    throw badRequest('Specify either accept or reject action.');
  }
  const serial = serialOfPath(request);
  if (serial === undefined) return sendEmpty(request, reply, 404);
  const verdict = await resolve(ledger, request, {
    component: componentOf(request).name,
    accept: accept ? [serial] : [],
    reject: accept ? [] : [serial],
  });
  if (verdict.damaged.length > 0) throw damaged(serial);
  return sendEmpty(request, reply, verdict.notFound.length > 0 ? 404 : 200);
}

async function resolveMany(
  { ledger }: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = jsonObjectBody(request);
  const accept = serialList(body, 'accept');
  const reject = serialList(body, 'reject');
  const verdict = await resolve(ledger, request, {
    component: componentOf(request).name,
    accept: accept.known,
    reject: reject.known,
  });
  // Numbers larger than any serial are separated here and reported as unknown serials.
  const [accepting, rejecting] = [new Set(accept.beyond), new Set(reject.beyond)];
  const both = accepting.intersection(rejecting);
  const beyond = accepting.symmetricDifference(rejecting);
  return sendJson(reply, {
    accepted: verdict.accepted,
    rejected: verdict.rejected,
    failed: [
      ...[...verdict.notFound, ...beyond].map((serial) =>
        failure(serial, new PurserError('commission_not_found', { serial })),
      ),
      ...verdict.damaged.map((serial) => failure(serial, damaged(serial))),
      ...[...verdict.conflicting, ...both].map((serial) =>
        failure(serial, new PurserError('commission_conflict', { serial })),
      ),
    ],
  });
}

/**
 * Resolves commissions as this dialect always has: a commission that was resolved before is reported as missing. A
 * client that may retry sends a header to change that: a commission resolved the same way before then counts as done.
 */
async function resolve(
  ledger: Domain['ledger'],
  request: FastifyRequest,
  asked: ResolveRequest,
): Promise<ResolveVerdict> {
  if (lastValue(request.headers['x-purser-repeatable']) !== 'true') return ledger.resolve(asked);
  const verdict = await ledger.resolveRepeatably(asked);
  return {
    ...verdict,
    accepted: [...verdict.accepted, ...verdict.acceptedBefore],
    rejected: [...verdict.rejected, ...verdict.rejectedBefore],
    notFound: [...verdict.notFound, ...verdict.resolvedOtherwise],
  };
}

function damaged(serial: number): PurserError {
  return new PurserError('commission_damaged', { serial });
}

/** An entry of the bulk response; its fault has no `details`. */
function failure(serial: number | bigint, error: Error): [number | bigint, object] {
  const { name, code, message } = faultOf(error);
  return [serial, { [name]: { code, message } }];
}

/** The serial in the path; undefined if it is larger than any possible serial. */
function serialOfPath(request: FastifyRequest): number | undefined {
  const serial = Number((request.params as { serial: string }).serial);
  return Number.isSafeInteger(serial) ? serial : undefined;
}

function serialList(body: JsonObject, key: 'accept' | 'reject'): { known: number[]; beyond: bigint[] } {
  const list = Object.hasOwn(body, key) ? body[key] : [];
  if (!Array.isArray(list)) throw badRequest(`${key} should be a list of serials.`);
  if (list.length > LIMITS.serials_per_bulk) {
    throw badRequest(`${key} may name ${LIMITS.serials_per_bulk} serials at most.`);
  }
  const known: number[] = [];
  const beyond: bigint[] = [];
  for (const item of list) {
    const serial = asInteger(item);
    if (serial === undefined) throw badRequest(`${key} should be a list of serials.`);
    if (Number.isSafeInteger(Number(serial))) known.push(Number(serial));
    else beyond.push(serial);
  }
  return { known, beyond };
}
