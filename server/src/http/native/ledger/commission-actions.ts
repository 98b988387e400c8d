import {
  Commission,
  CommissionAcceptance,
  CommissionPath,
  CommissionRejection,
  CommissionResolution,
  CommissionVerdict,
} from '@purser/api/native/ledger/commission';
import type { FastifyRequest } from 'fastify';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { LIMITS } from '../../../lib/limits.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { JsonObject } from '../../../lib/text/json.ts';
import { type Resolver, resolveCommission, resolveCommissions } from '../../../oversight/resolution.ts';
import { readProvisions, refuseUnknown } from '../../kernel/commission-body.ts';
import { actorOf, callingComponent } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { anyObject } from '../frame/validation.ts';
import { presentCommission, presentVerdict } from './commission-presenters.ts';

const tag = 'Commissions';
const AGAIN = 'Idempotent: repeating the request returns the commission unchanged.';
const texts = { 409: 'The commission was resolved the other way.' };

const accept = operation(
  {
    id: 'acceptCommission',
    tag,
    access: 'ledger',
    summary: 'Accept a commission, in full or with smaller quantities',
    description: AGAIN,
    problems: [404, 409],
    texts,
    answers: { 200: named(Commission) },
  },
  { params: CommissionPath, body: CommissionAcceptance },
);

const reject = operation(
  {
    id: 'rejectCommission',
    tag,
    access: 'ledger',
    summary: 'Reject a commission',
    description: AGAIN,
    problems: [404, 409],
    texts,
    answers: { 200: named(Commission) },
  },
  { params: CommissionPath, body: CommissionRejection },
);

const resolve = operation(
  {
    id: 'resolveCommissions',
    tag,
    access: 'ledger',
    summary: 'Accept and reject many commissions',
    description: 'Each commission is resolved independently. Idempotent.',
    answers: { 200: named(CommissionVerdict) },
  },
  { body: CommissionResolution },
);

/** Resolving commissions: components resolve their own, operators any. */
export function commissionActionRoutes(app: NativeApp, domain: Domain): void {
  app.post('/commissions/:serial/accept', { ...accept, validatorCompiler: anyObject }, async (request) => {
    const acceptance = acceptanceOf(request.body as JsonObject);
    const { serial } = request.params;
    const asked = { serial, action: 'accept', ...acceptance } as const;
    return presentCommission(await resolveCommission(domain, resolverOf(request), asked));
  });

  app.post('/commissions/:serial/reject', reject, async (request) => {
    const { serial } = request.params;
    const asked = { serial, action: 'reject', ...omitUndefined({ reason: request.body.reason }) } as const;
    return presentCommission(await resolveCommission(domain, resolverOf(request), asked));
  });

  app.post('/commissions/resolve', resolve, async (request) => {
    const { accept = [], reject = [], reason } = request.body;
    const asked = { accept, reject, ...omitUndefined({ reason }) };
    return presentVerdict(await resolveCommissions(domain, resolverOf(request), asked));
  });
}

function resolverOf(request: FastifyRequest): Resolver {
  const component = callingComponent(request);
  return component ? { component: component.name } : { operator: actorOf(request) };
}

const ACCEPTANCE_KEYS = new Set(['provisions', 'reason']);

/** Parsed by hand, as provisions are everywhere. */
function acceptanceOf(body: JsonObject) {
  refuseUnknown(body, ACCEPTANCE_KEYS, '');
  const provisions = body['provisions'] === undefined ? undefined : readProvisions(body, { strict: true });
  return omitUndefined({ provisions, reason: reasonOf(body) });
}

function reasonOf({ reason }: JsonObject): string | undefined {
  if (reason === undefined) return undefined;
  const fits = typeof reason === 'string' && reason.length >= 1 && reason.length <= LIMITS.text_length;
  if (fits) return reason;
  const rule = `must be a string of 1 to ${LIMITS.text_length} characters`;
  throw new PurserError('invalid_field', { field: 'reason', reason: rule });
}
